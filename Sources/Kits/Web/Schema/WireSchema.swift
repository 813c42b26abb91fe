import Synchronization
import Vocabulary

/// What a wire type looks like in JSON; derived from the type by letting it decode samples (`SchemaBook`).
package struct WireSchema: Sendable {
    /// The value itself.
    package let root: WireShape
    /// The objects that occur, by `WireObject.id`.
    package let objects: [String: WireObject]
}

/// The form of one JSON value.
package indirect enum WireShape: Sendable, Equatable {
    case scalar(WireType)
    /// One of these strings.
    case choice(name: String, values: [String])
    case list(WireShape)
    /// Any keys, values of one form.
    case dictionary(WireShape)
    /// An object with known members, by `WireObject.id`.
    case object(id: String)
    /// The value may be null.
    case optional(WireShape)
    /// A stream of bytes that is not JSON.
    case download
    /// A request that is taken as it came.
    case raw
    /// Bytes in base64.
    case bytes
}

/// An object with known members.
package struct WireObject: Sendable {
    /// The type's full name; unique in the program.
    package let id: String
    /// The name in the API description, for example `TargetPage`.
    package let name: String
    /// The members in the order of declaration.
    package let fields: [WireField]
}

/// A member of an object.
package struct WireField: Sendable {
    /// The Swift property.
    package let property: String
    /// The name on the wire.
    package let name: String
    /// The form of its value.
    package let shape: WireShape
    /// Whether it may be absent.
    package let isOptional: Bool
    /// A further limit.
    package let limit: WireLimit?
}

/// Why no schema can be derived from a type. A fault in the program, noticed when the server is made.
package struct SchemaFault: Error, CustomStringConvertible {
    /// What is wrong with which type.
    package let description: String
}

extension WireSchema {
    private static let known = Mutex<[ObjectIdentifier: WireSchema]>([:])

    /// The schema of a type; worked out once per type.
    /// - Throws: `SchemaFault` when the type decodes itself in a way that samples do not satisfy.
    package static func of(_ type: any Decodable.Type) throws -> WireSchema {
        if let schema = known.withLock({ $0[ObjectIdentifier(type)] }) { return schema }
        let book = SchemaBook()
        let schema = WireSchema(root: try book.shape(of: type), objects: book.objects)
        known.withLock { $0[ObjectIdentifier(type)] = schema }
        return schema
    }

    /// The object at the root; nil when the root is something else.
    package var rootObject: WireObject? {
        guard case .object(let id) = root else { return nil }
        return objects[id]
    }
}
