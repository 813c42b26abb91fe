/// CSV (RFC 4180) as records. Line ends may be LF, CRLF or CR; quoted fields may hold them.
struct CSVTable {
    struct Record: Equatable {
        /// The line where it begins, from 1.
        let line: Int
        var fields: [String]
        /// Why it is not CSV.
        var problem: String?
    }

    /// The records in order, without empty lines.
    let records: [Record]

    /// Reads a text; the separator is the one of `,`, `;` and tab that the first line has most of.
    init(_ text: String) {
        let bytes = Array(text.utf8)
        let head = bytes.prefix { $0 != 10 && $0 != 13 }
        let candidates = [UInt8(ascii: ","), UInt8(ascii: ";"), 9]
        let counts = candidates.map { candidate in head.count { $0 == candidate } }
        let separator = zip(candidates, counts).max { $0.1 < $1.1 || ($0.1 == $1.1 && $0.0 != UInt8(ascii: ",")) }?.0
        var reader = Reader(bytes: bytes, separator: separator ?? UInt8(ascii: ","))
        records = reader.records()
    }

    /// One field as it has to be written.
    static func field(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { ![34, 44, 59, 9, 10, 13].contains($0) } && text.first != " " && text.last != " "
        return isPlain ? text : "\"" + text.replacing("\"", with: "\"\"") + "\""
    }

    private struct Reader {
        let bytes: [UInt8]
        let separator: UInt8
        var position = 0
        var line = 1

        init(bytes: [UInt8], separator: UInt8) {
            self.bytes = bytes
            self.separator = separator
        }

        mutating func records() -> [Record] {
            var records: [Record] = []
            while position < bytes.count {
                let record = record()
                let isEmpty = record.fields.allSatisfy { $0.allSatisfy(\.isWhitespace) } && record.problem == nil
                if !isEmpty { records.append(record) }
            }
            return records
        }

        private mutating func record() -> Record {
            var record = Record(line: line, fields: [])
            while true {
                record.fields.append(field(&record.problem))
                guard position < bytes.count else { return record }
                let byte = bytes[position]
                position += 1
                if byte == separator { continue }
                if byte == 13, position < bytes.count, bytes[position] == 10 { position += 1 }
                line += 1
                return record
            }
        }

        private mutating func field(_ problem: inout String?) -> String {
            guard position < bytes.count, bytes[position] == 34 else { return plain() }
            var text: [UInt8] = []
            let start = line
            position += 1
            while position < bytes.count {
                let byte = bytes[position]
                position += 1
                if byte != 34 {
                    if byte == 10 || (byte == 13 && !(position < bytes.count && bytes[position] == 10)) { line += 1 }
                    text.append(byte)
                } else if position < bytes.count, bytes[position] == 34 {
                    position += 1
                    text.append(34)
                } else {
                    let rest = plain()
                    if !rest.allSatisfy(\.isWhitespace) {
                        problem = "There is text after a closing quote; double the quotes inside of a quoted field."
                    }
                    return String(decoding: text, as: UTF8.self)
                }
            }
            problem = "The quote that begins in line \(start) is not closed."
            return String(decoding: text, as: UTF8.self)
        }

        /// Text up to the next separator or line end.
        private mutating func plain() -> String {
            let start = position
            while position < bytes.count, bytes[position] != separator, bytes[position] != 10, bytes[position] != 13 { position += 1 }
            return String(decoding: bytes[start..<position], as: UTF8.self)
        }
    }
}
