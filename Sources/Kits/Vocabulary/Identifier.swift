/// A UUIDv7 (RFC 9562 section 5.7) that says what it names: `Identifier<TargetSubject>` and `Identifier<JobSubject>` do not mix.
package struct Identifier<Subject>: Hashable, Sendable, Codable, CustomStringConvertible, WireScalar {
    /// The lower-case text form, 36 characters.
    package let text: String

    /// Takes a text that is a UUID; returns nil for anything else.
    package init?(_ text: String) {
        guard UUIDv7.isUUID(text) else { return nil }
        self.text = text.lowercased()
    }

    /// Makes an id out of an instant and ten random bytes.
    package init(at instant: Timestamp, random: [UInt8]) {
        text = UUIDv7.text(milliseconds: instant.milliseconds, random: random)
    }

    /// Makes a new id now.
    package static func make(_ ids: any IDSource) -> Identifier { Identifier(trusted: ids.next()) }

    /// Takes a text that is known to be an id, such as one from our own database.
    package init(trusted text: String) { self.text = text }

    /// The text.
    package var description: String { text }

    /// Reads an id.
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let id = Identifier(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "must be a UUID such as \(Self.sample.text)"))
        }
        self = id
    }

    /// Writes the text.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    /// See `WireScalar`.
    package static var schemaType: WireType { .string(format: "uuid") }
    /// See `WireScalar`.
    package static var sample: Identifier { Identifier(trusted: "01990000-0000-7000-8000-000000000000") }
}

/// What a `UserID` names.
package enum UserSubject {}
/// What a `SessionID` names.
package enum SessionSubject {}
/// A user's id.
package typealias UserID = Identifier<UserSubject>
/// A session's id.
package typealias SessionID = Identifier<SessionSubject>

/// Where new ids come from; tests give a predictable one.
package protocol IDSource: Sendable {
    /// A new UUIDv7 in text form, never given before.
    func next() -> String
}

/// Ids from the system's clock and random generator.
package struct SystemIDs: IDSource {
    /// There is nothing to configure.
    package init() {}
    /// A new UUIDv7.
    package func next() -> String {
        var random = RandomBytes()
        return UUIDv7.text(milliseconds: SystemClock().now().milliseconds, random: (0..<10).map { _ in random.next() })
    }
}

/// The layout of a version 7 UUID.
package enum UUIDv7 {
    private static let digits = Array("0123456789abcdef".utf8)

    /// Whether a text has the form of a UUID of any version.
    package static func isUUID(_ text: String) -> Bool {
        guard text.utf8.count == 36 else { return false }
        return text.utf8.enumerated().allSatisfy { place, letter in
            switch place {
            case 8, 13, 18, 23: letter == UInt8(ascii: "-")
            default: (48...57).contains(letter) || (65...70).contains(letter) || (97...102).contains(letter)
            }
        }
    }

    /// The text form of 48 bits of milliseconds and ten random bytes.
    package static func text(milliseconds: Int64, random: [UInt8]) -> String {
        precondition(random.count == 10, "a UUIDv7 takes ten random bytes")
        var bytes = (0..<6).map { UInt8(truncatingIfNeeded: milliseconds >> (40 - 8 * $0)) } + random
        bytes[6] = 0x70 | (bytes[6] & 0x0f)
        bytes[8] = 0x80 | (bytes[8] & 0x3f)
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for (index, byte) in bytes.enumerated() {
            if index == 4 || index == 6 || index == 8 || index == 10 { text.append(UInt8(ascii: "-")) }
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
