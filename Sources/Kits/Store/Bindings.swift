import Vocabulary

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
