import Store
import Testing

@testable import SQLiteDriver

@Suite("Prepared statements")
struct StatementsKept {
    @Test("a connection keeps no more statements than it may, and answers the same before and after it gives them up")
    func keepsFew() throws {
        let connection = try Connection(path: nil, isReadOnly: false)
        try connection.control("BEGIN")
        _ = try connection.execute(["CREATE TABLE marks (n INTEGER)"])

        for number in 0..<(Connection.mostKept * 2 + 10) {
            let name = "column\(number)"
            _ = try connection.execute([SQL(trusted: "INSERT INTO marks /* \(number) */ VALUES (1)")])
            let rows = try connection.query(SQL(trusted: "SELECT count(*) AS \(name) FROM marks"))
            #expect(try rows[0].int(name) == number + 1)
            #expect(connection.kept.withLock { $0.count } <= Connection.mostKept)
        }
        #expect(try connection.query("SELECT count(*) AS column0 FROM marks")[0].int("column0") == Connection.mostKept * 2 + 10)
        connection.close()
    }
}
