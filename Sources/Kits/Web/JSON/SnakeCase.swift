import Synchronization

/// Property names in Swift and on the wire: `targetId` travels as `target_id`.
package enum SnakeCase {
    /// The wire name of a Swift property. Runs of capitals are one word: `dnsTTL` becomes `dns_ttl`.
    package static func wire(_ property: String) -> String {
        var text: [UInt8] = []
        var property = property
        property.withUTF8 { append(wire: $0, to: &text) }
        return String(decoding: text, as: UTF8.self)
    }

    /// Writes the wire name of the Swift property with these letters.
    static func append(wire letters: UnsafeBufferPointer<UInt8>, to text: inout [UInt8]) {
        // Most names are one word.
        guard let first = letters.firstIndex(where: isCapital) else { return text.append(contentsOf: letters) }
        text.append(contentsOf: UnsafeBufferPointer(rebasing: letters[..<first]))
        for index in first..<letters.count {
            let letter = letters[index]
            guard isCapital(letter) else {
                text.append(letter)
                continue
            }
            let startsWord = index > 0 && !isCapital(letters[index - 1])
            let endsRun = index > 0 && index + 1 < letters.count && isLower(letters[index + 1])
            if (startsWord || endsRun) && letters[index - 1] != underscore { text.append(underscore) }
            text.append(letter + 32)
        }
    }

    /// The Swift name of a wire property: `target_id` becomes `targetId`.
    package static func property(_ wire: String) -> String {
        var text: [UInt8] = []
        var raises = false
        for letter in wire.utf8 {
            if letter == underscore && !text.isEmpty {
                raises = true
            } else {
                text.append(raises && isLower(letter) ? letter - 32 : letter)
                raises = false
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static let underscore = UInt8(ascii: "_")
    fileprivate static func isCapital(_ letter: UInt8) -> Bool { letter >= 65 && letter <= 90 }
    private static func isLower(_ letter: UInt8) -> Bool { letter >= 97 && letter <= 122 }
}

/// Wire names that were worked out once. Only names of Swift properties get in, so it stays small.
struct WireNames {
    private static let shared = Mutex<[String: String]>([:])
    private var known: [String: String]
    private var hasLearned = false

    init() { known = Self.shared.withLock { $0 } }

    mutating func wire(_ property: String) -> String {
        // Most names are one word, and looking is faster than remembering.
        if !property.utf8.contains(where: SnakeCase.isCapital) { return property }
        if let name = known[property] { return name }
        let name = SnakeCase.wire(property)
        known[property] = name
        hasLearned = true
        return name
    }

    /// Keeps what was learned for the next time.
    func remember() {
        guard hasLearned else { return }
        Self.shared.withLock { $0.merge(known) { old, _ in old } }
    }
}

/// The key type with which the standard library's dictionaries encode themselves; their keys are data and stay as they are.
enum DictionaryKeys {
    /// Whether `Key` is that type.
    static func are<Key: CodingKey>(_ key: Key.Type) -> Bool { ObjectIdentifier(key) == type }

    private static let type: ObjectIdentifier? = {
        let probe = Probe()
        try? ["": 0].encode(to: probe)
        return probe.seen.withLock { $0 }
    }()

    private final class Probe: Encoder, Sendable {
        let seen = Mutex<ObjectIdentifier?>(nil)
        var codingPath: [any CodingKey] { [] }
        var userInfo: [CodingUserInfoKey: Any] { [:] }
        func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
            seen.withLock { $0 = ObjectIdentifier(type) }
            // Says what the keys are: asking would ask for the value that is being made.
            return KeyedEncodingContainer(JSONObjectEncoding<Key>(writer: JSONWriter(), depth: 1, keysAreData: true))
        }
        func unkeyedContainer() -> any UnkeyedEncodingContainer { JSONEncoding(writer: JSONWriter(), depth: 0).unkeyedContainer() }
        func singleValueContainer() -> any SingleValueEncodingContainer {
            JSONEncoding(writer: JSONWriter(), depth: 0).singleValueContainer()
        }
    }
}
