import CPQ
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

    /// What the statement was, for example `COMMIT`; a commit of a failed transaction says `ROLLBACK`.
    var tag: String { String(cString: PQcmdStatus(raw)) }

    /// How many rows the statement changed; 0 for a statement that changes none.
    var changed: Int { PQcmdTuples(raw).flatMap { Int(String(cString: $0)) } ?? 0 }

    /// The rows; every column came in binary form.
    /// - Throws: `StoreError.statement` for a column of a type that no store uses.
    func rows() throws(StoreError) -> [Store.Row] {
        let (count, width) = (PQntuples(raw), PQnfields(raw))
        if count == 0 { return [] }
        var names: [String] = []
        var types: [UInt32] = []
        for column in 0..<width {
            names.append(String(cString: PQfname(raw, column)))
            types.append(PQftype(raw, column))
        }
        let columns = Store.Row.Columns(names)
        var rows: [Store.Row] = []
        rows.reserveCapacity(Int(count))
        for row in 0..<count {
            var values: [SQLValue] = []
            values.reserveCapacity(Int(width))
            for column in 0..<width { values.append(try value(row, column, types[Int(column)], names[Int(column)])) }
            rows.append(Store.Row(columns, values))
        }
        return rows
    }

    private func value(_ row: Int32, _ column: Int32, _ type: UInt32, _ name: String) throws(StoreError) -> SQLValue {
        if PQgetisnull(raw, row, column) == 1 { return .null }
        let bytes = UnsafeRawBufferPointer(start: PQgetvalue(raw, row, column), count: Int(PQgetlength(raw, row, column)))
        guard let value = SQLValue(binary: bytes, type: type) else {
            throw .statement("the column \(name) has the type \(type) of pg_type, which no store reads")
        }
        return value
    }
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
