import Glibc
import Vocabulary

extension String {
    /// Whether U+0000 is in it, which engines cut texts at or refuse.
    package var hasZeroByte: Bool {
        utf8.withContiguousStorageIfAvailable { bytes in bytes.baseAddress.map { memchr($0, 0, bytes.count) != nil } ?? false }
            ?? utf8.contains(0)
    }
}

extension SQLValue: SQLBindable {
    /// Itself.
    package var sqlValue: SQLValue { self }
}
extension String: SQLBindable {
    /// Text.
    package var sqlValue: SQLValue { .text(self) }
}
extension Int: SQLBindable {
    /// Integer.
    package var sqlValue: SQLValue { .integer(Int64(self)) }
}
extension Int64: SQLBindable {
    /// Integer.
    package var sqlValue: SQLValue { .integer(self) }
}
extension Double: SQLBindable {
    /// Real.
    package var sqlValue: SQLValue { .real(self) }
}
extension Bool: SQLBindable {
    /// 0 or 1.
    package var sqlValue: SQLValue { .integer(self ? 1 : 0) }
}
extension Array: SQLBindable where Element == UInt8 {
    /// Bytes.
    package var sqlValue: SQLValue { .blob(self) }
}
extension Timestamp: SQLBindable {
    /// Milliseconds.
    package var sqlValue: SQLValue { .integer(milliseconds) }
}
extension Identifier: SQLBindable {
    /// The text form.
    package var sqlValue: SQLValue { .text(text) }
}
