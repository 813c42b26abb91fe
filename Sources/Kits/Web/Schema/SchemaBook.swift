import Foundation
import Vocabulary

/// Collects the objects of one derivation. Not shared between threads.
final class SchemaBook {
    private(set) var objects: [String: WireObject] = [:]
    private var open: Set<String> = []

    /// The form of a type, with the objects inside it added to `objects`.
    func shape(of type: any Decodable.Type) throws -> WireShape {
        if type == [UInt8].self || type == Data.self { return .bytes }
        if type == Download.self { return .download }
        if type == RawRequest.self { return .raw }
        if let optional = type as? any OptionalForm.Type { return .optional(try shape(of: optional.wrapped)) }
        if let scalar = type as? any WireScalar.Type { return .scalar(scalar.schemaType) }
        if let choice = type as? any WireEnum.Type { return .choice(name: TypeName.short(type), values: values(choice)) }
        if type == String.self { return .scalar(.string()) }
        if type == Bool.self { return .scalar(.boolean) }
        if type == Double.self || type == Float.self { return .scalar(.number) }
        if type is any BinaryInteger.Type { return .scalar(.integer) }
        if let list = type as? any ListForm.Type { return .list(try shape(of: list.element)) }
        if let dictionary = type as? any DictionaryForm.Type { return .dictionary(try shape(of: dictionary.value)) }
        return try object(type)
    }

    private func values<Choice: WireEnum>(_ type: Choice.Type) -> [String] { Choice.allCases.map(\.rawValue) }

    private func object(_ type: any Decodable.Type) throws -> WireShape {
        let id = String(reflecting: type)
        guard objects[id] == nil, open.insert(id).inserted else { return .object(id: id) }
        defer { open.remove(id) }
        let record = SchemaRecord(book: self)
        do {
            _ = try type.init(from: SampleDecoder(record: record))
        } catch let fault as SchemaFault {
            throw fault
        } catch {
            throw SchemaFault(
                description: "No schema can be derived from \(id): it refuses samples (\(error)). Use WireEnum or WireScalar.")
        }
        if let single = record.single { return single }
        let limits = (type as? any WireConstrained.Type)?.limits ?? [:]
        let fields = record.order.compactMap { property in
            record.fields[property].map { found in
                WireField(
                    property: property, name: SnakeCase.wire(property), shape: found.shape, isOptional: found.isOptional,
                    limit: limits[property])
            }
        }
        if let stranger = limits.keys.first(where: { record.fields[$0] == nil }) {
            throw SchemaFault(description: "\(id) limits \(stranger), which is not one of its properties.")
        }
        objects[id] = WireObject(id: id, name: TypeName.short(type), fields: fields)
        return .object(id: id)
    }
}

/// The names of types in the API description.
package enum TypeName {
    /// `Vocabulary.Page<Contracts.Target>` becomes `TargetPage`, `Contracts.Job.Step` becomes `JobStep`.
    package static func short(_ type: any Any.Type) -> String { short(String(reflecting: type)) }

    private static func short(_ name: String) -> String {
        guard let bracket = name.firstIndex(of: "<"), name.hasSuffix(">") else { return withoutModule(name) }
        let inside = name[name.index(after: bracket)..<name.index(before: name.endIndex)]
        let parts = arguments(inside).map { short($0) }
        return parts.joined() + withoutModule(String(name[..<bracket]))
    }

    private static func arguments(_ text: Substring) -> [String] {
        var parts = [""]
        var depth = 0
        for letter in text where letter != " " {
            if letter == "<" { depth += 1 }
            if letter == ">" { depth -= 1 }
            if letter == "," && depth == 0 { parts.append("") } else { parts[parts.count - 1].append(letter) }
        }
        return parts
    }

    private static func withoutModule(_ name: String) -> String {
        let parts = name.split(separator: ".").filter { !$0.contains("(") && !$0.contains(")") }
        return (parts.count > 1 ? parts.dropFirst() : parts[...]).joined()
    }
}

private protocol OptionalForm { static var wrapped: any Decodable.Type { get } }
extension Optional: OptionalForm where Wrapped: Decodable { static var wrapped: any Decodable.Type { Wrapped.self } }

private protocol ListForm { static var element: any Decodable.Type { get } }
extension Array: ListForm where Element: Decodable { static var element: any Decodable.Type { Element.self } }
extension Set: ListForm where Element: Decodable { static var element: any Decodable.Type { Element.self } }

private protocol DictionaryForm { static var value: any Decodable.Type { get } }
extension Dictionary: DictionaryForm where Key == String, Value: Decodable { static var value: any Decodable.Type { Value.self } }
