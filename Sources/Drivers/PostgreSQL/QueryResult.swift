import CPQ
import Glibc
import Store

/// One result of libpq; its memory goes with the last reference.
final class QueryResult {
    private let raw: OpaquePointer

    init(_ raw: OpaquePointer) { self.raw = raw }

    deinit { PQclear(raw) }

    var status: ExecStatusType { PQresultStatus(raw) }

    var message: String { String(cString: PQresultErrorMessage(raw)) }

    /// Parts of an error report, by the letters of the protocol (PostgreSQL manual, 55.8); Swift does not see libpq's names for them.
    enum ReportField: UInt8 {
        case state = 67  // C
        case message = 77  // M
        case constraint = 110  // n
    }

    /// A part of the error report.
    func field(_ field: ReportField) -> String? { PQresultErrorField(raw, Int32(field.rawValue)).map { String(cString: $0) } }

    /// Whether the statement did what it should.
    var isGood: Bool { status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK }

    /// What the statement brought.
    /// - Throws: `StoreError.statement` for a column of a type that no store uses.
    func answer(to statement: PreparedStatement?) throws(StoreError) -> Answer {
        Answer(rows: try rows(statement), changed: changed, gaveUp: strcmp(PQcmdStatus(raw), "ROLLBACK") == 0)
    }

    private var changed: Int { PQcmdTuples(raw).map { strtol($0, nil, 10) } ?? 0 }

    /// The rows; every column came in binary form.
    private func rows(_ statement: PreparedStatement?) throws(StoreError) -> [Store.Row] {
        let count = PQntuples(raw)
        if count == 0 { return [] }
        let shape = statement?.shape ?? Shape(of: raw)
        statement?.shape = shape
        var rows: [Store.Row] = []
        rows.reserveCapacity(Int(count))
        for row in 0..<count {
            var values: [SQLValue] = []
            values.reserveCapacity(shape.types.count)
            for (column, type) in shape.types.enumerated() { values.append(try value(row, Int32(column), type)) }
            rows.append(Store.Row(shape.columns, values))
        }
        return rows
    }

    private func value(_ row: Int32, _ column: Int32, _ type: UInt32) throws(StoreError) -> SQLValue {
        if PQgetisnull(raw, row, column) == 1 { return .null }
        let bytes = UnsafeRawBufferPointer(start: PQgetvalue(raw, row, column), count: Int(PQgetlength(raw, row, column)))
        guard let value = SQLValue(binary: bytes, type: type) else {
            let name = PQfname(raw, column).map { String(cString: $0) } ?? "?"
            throw .statement("the column \(name) has the type \(type) of pg_type, which no store reads")
        }
        return value
    }

    /// What the columns of a result are called and hold.
    struct Shape {
        let columns: Store.Row.Columns
        /// Object ids of pg_type.
        let types: [UInt32]

        fileprivate init(of raw: OpaquePointer) {
            let positions = 0..<PQnfields(raw)
            columns = Store.Row.Columns(positions.map { column in PQfname(raw, column).map { String(cString: $0) } ?? "" })
            types = positions.map { PQftype(raw, $0) }
        }
    }
}

/// A statement that the server keeps prepared for one connection, on whose reactor it is used.
final class PreparedStatement {
    let name: String
    /// The columns of its results, once there was one with rows; the server lets them never change.
    var shape: QueryResult.Shape?

    init(name: String) { self.name = name }
}

extension SQLValue {
    /// Reads a value in the binary form of its type, by the object ids of pg_type.dat.
    init?(binary bytes: UnsafeRawBufferPointer, type: UInt32) {
        func whole<Value: FixedWidthInteger>(_: Value.Type) -> Value { Value(bigEndian: bytes.loadUnaligned(as: Value.self)) }
        switch type {
        case 16: self = .integer(bytes[0] == 0 ? 0 : 1)
        case 17: self = .blob([UInt8](bytes))
        case 20: self = .integer(whole(Int64.self))
        case 21: self = .integer(Int64(whole(Int16.self)))
        case 23: self = .integer(Int64(whole(Int32.self)))
        case 18, 19, 25, 114, 705, 1042, 1043: self = .text(String(decoding: bytes, as: UTF8.self))
        case 700: self = .real(Double(Float(bitPattern: whole(UInt32.self))))
        case 701: self = .real(Double(bitPattern: whole(UInt64.self)))
        case 2278: self = .null
        case 3802: self = .text(String(decoding: bytes.dropFirst(), as: UTF8.self))
        default: return nil
        }
    }
}
