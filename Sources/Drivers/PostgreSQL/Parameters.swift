import Store

/// Bound values as libpq takes them. Numbers and texts travel as text, whose type the server infers from where they stand; bytes travel
/// as they are.
struct Parameters {
    private enum Place {
        case null
        case text(Int)
        case bytes(Int, count: Int)
    }
    private var buffer: [UInt8] = []
    private var places: [Place] = []

    /// - Throws: `StoreError.constraint` for text with a zero byte, which the server cannot hold.
    init(_ values: [SQLValue]) throws(StoreError) {
        places.reserveCapacity(values.count)
        for value in values {
            switch value {
            case .null: places.append(.null)
            case .integer(let value): append(String(value))
            case .real(let value): append(value.isFinite ? "\(value)" : value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity")
            case .text(let value):
                if value.hasZeroByte { throw .constraint("a text must not contain the character U+0000") }
                append(value)
            case .blob(let value):
                places.append(.bytes(buffer.count, count: value.count))
                // One byte more, so that an empty value has an address too.
                buffer += value
                buffer.append(0)
            }
        }
    }

    private mutating func append(_ text: String) {
        places.append(.text(buffer.count))
        buffer += text.utf8
        buffer.append(0)
    }

    /// Lends the arrays of `PQsendQueryParams`, in its order: how many, values, lengths, formats.
    func lend<Result>(
        _ body: (Int32, UnsafePointer<UnsafePointer<CChar>?>, UnsafePointer<Int32>, UnsafePointer<Int32>) -> Result
    ) -> Result {
        buffer.withUnsafeBytes { bytes in
            let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
            var pointers: [UnsafePointer<CChar>?] = []
            var lengths: [Int32] = []
            var formats: [Int32] = []
            for place in places {
                switch place {
                case .null:
                    pointers.append(nil)
                    lengths.append(0)
                    formats.append(0)
                case .text(let offset):
                    pointers.append(start.map { $0 + offset })
                    lengths.append(0)
                    formats.append(0)
                case .bytes(let offset, let count):
                    pointers.append(start.map { $0 + offset })
                    lengths.append(Int32(count))
                    formats.append(1)
                }
            }
            return body(Int32(places.count), pointers, lengths, formats)
        }
    }
}
