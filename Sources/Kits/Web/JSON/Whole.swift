/// The standard library's integer types. Asking whether any value is an integer is slow, because most are not.
enum Whole {
    private static let types: Set<ObjectIdentifier> = [
        ObjectIdentifier(Int8.self), ObjectIdentifier(Int16.self), ObjectIdentifier(Int32.self), ObjectIdentifier(Int64.self),
        ObjectIdentifier(UInt.self), ObjectIdentifier(UInt8.self), ObjectIdentifier(UInt16.self), ObjectIdentifier(UInt32.self),
        ObjectIdentifier(UInt64.self), ObjectIdentifier(Int128.self), ObjectIdentifier(UInt128.self),
    ]

    static func isNumber(_ type: Any.Type) -> Bool { types.contains(ObjectIdentifier(type)) }
}
