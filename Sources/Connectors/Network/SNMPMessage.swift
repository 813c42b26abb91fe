import ConnectorPort
import Crypto
import CryptoExtras
import Foundation

/// What is asked of an agent, and what it answers: a GET of the system group (RFC 3418), in SNMP v2c (RFC 3416) or v3 with users (RFC 3414, RFC 3826).
/// Pure: numbers and salts are arguments.
enum SNMPMessage {
    /// `sysDescr`, `sysObjectID`, `sysContact`, `sysName` and `sysLocation`, each of instance 0.
    private static let objects = [1, 2, 4, 5, 6].map { [1, 3, 6, 1, 2, 1, 1, $0, 0] }
    private static let (get, response, report): (UInt8, UInt8, UInt8) = (0xa0, 0xa2, 0xa8)

    /// What an agent said.
    enum Answer {
        case system([String: String])
        /// Its engine, and its clock, which whoever asks as a user has to name.
        case engine(SNMPEngine)
        /// It knows us and does not answer this.
        case refusal
    }

    /// The question with a request number.
    static func question(_ number: Int) -> [UInt8] {
        let wanted = objects.map { BER.sequence(BER.object($0), BER.value(BER.null, [])) }.flatMap { $0 }
        return BER.value(
            get, BER.integer(number) + BER.integer(0) + BER.integer(0) + BER.value(BER.sequence, wanted))
    }

    /// A message of v2c.
    static func community(_ community: String, number: Int) -> [UInt8] {
        BER.sequence(BER.integer(1), BER.octets(Array(community.utf8)), question(number))
    }

    /// Reads the answer to a message of v2c.
    static func answer(toCommunity message: [UInt8], number: Int) throws(BERReader.Malformed) -> Answer {
        var outer = BERReader(message[...])
        var reader = try outer.reader()
        guard try reader.integer() == 1 else { throw BERReader.Malformed() }
        _ = try reader.content(BER.octets)
        return try answer(&reader, number)
    }

    /// Reads a protocol data unit.
    static func answer(_ reader: inout BERReader, _ number: Int) throws(BERReader.Malformed) -> Answer {
        let unit = try reader.next()
        var body = BERReader(unit.content)
        let answered = try body.integer()
        let status = try body.integer()
        _ = try body.integer()
        guard unit.tag == response else {
            if unit.tag == report { return .refusal }
            throw BERReader.Malformed()
        }
        guard answered == number else { throw BERReader.Malformed() }
        if status != 0 { return .refusal }
        var (list, found) = (try body.reader(), [String: String]())
        while !list.isAtEnd {
            var pair = try list.reader()
            let name = try BERReader.objectText(try pair.content(BER.object))
            let value = try pair.next()
            switch value.tag {
            case BER.octets: found[name] = clean(value.content)
            case BER.object: found[name] = try BERReader.objectText(value.content)
            default: continue
            }
        }
        return .system(found)
    }

    /// The system group as it was answered.
    static func system(_ found: [String: String], credential: String) -> ScannedSNMP {
        func value(_ number: Int) -> String { found["1.3.6.1.2.1.1.\(number).0"] ?? "" }
        var system = ScannedSNMP(credential: credential)
        (system.description, system.objectID, system.contact) = (value(1), value(2), value(4))
        (system.name, system.location) = (value(5), value(6))
        return system
    }

    private static func clean(_ bytes: ArraySlice<UInt8>) -> String { BannerText.clean(Array(bytes.prefix(1024)), most: 256) }
}

/// An agent's engine as it told it.
struct SNMPEngine: Hashable {
    var id: [UInt8]
    var boots: Int
    var time: Int
}

/// A user of SNMP v3, with keys made for one engine.
struct SNMPUser {
    let name: String
    let hash: SNMPHash
    let engine: SNMPEngine
    private let authentication: SymmetricKey
    private let privacy: SymmetricKey?

    /// Makes the keys (RFC 3414 section A.2); takes a moment, as it is meant to.
    init(_ name: String, _ hash: SNMPHash, password: String, privacy: String?, engine: SNMPEngine) {
        (self.name, self.hash, self.engine) = (name, hash, engine)
        authentication = SymmetricKey(data: hash.key(of: password, for: engine.id))
        self.privacy = privacy.map { SymmetricKey(data: hash.key(of: $0, for: engine.id).prefix(16)) }
    }

    /// Asks an agent for its engine.
    static func discovery(number: Int) -> [UInt8] {
        let nobody = BER.sequence(
            BER.octets([]), BER.integer(0), BER.integer(0), BER.octets([]), BER.octets([]), BER.octets([]))
        return message(number, flags: 4, nobody, BER.sequence(BER.octets([]), BER.octets([]), SNMPMessage.question(number)))
    }

    private static func message(_ number: Int, flags: UInt8, _ security: [UInt8], _ scoped: [UInt8]) -> [UInt8] {
        let head = BER.sequence(BER.integer(number), BER.integer(65_507), BER.octets([flags]), BER.integer(3))
        return BER.sequence(BER.integer(3), head, BER.octets(security), scoped)
    }

    /// The question, signed, and encrypted where the user has a passphrase for that. The salt is never used twice.
    func question(number: Int, salt: [UInt8]) throws -> [UInt8] {
        var scoped = BER.sequence(BER.octets(engine.id), BER.octets([]), SNMPMessage.question(number))
        if let privacy {
            scoped = BER.octets([UInt8](try AES._CFB.encrypt(scoped, using: privacy, iv: try vector(salt, engine))))
        }
        func whole(_ signature: [UInt8]) -> [UInt8] {
            let security = BER.sequence(
                BER.octets(engine.id), BER.integer(engine.boots), BER.integer(engine.time), BER.octets(Array(name.utf8)),
                BER.octets(signature), BER.octets(privacy == nil ? [] : salt))
            return Self.message(number, flags: privacy == nil ? 5 : 7, security, scoped)
        }
        let unsigned = whole([UInt8](repeating: 0, count: hash.signatureLength))
        return whole(hash.signature(of: unsigned, authentication))
    }

    /// Reads an answer, whose signature must be right; a report about the engine needs none.
    static func answer(_ message: [UInt8], number: Int, of user: SNMPUser?) throws -> SNMPMessage.Answer {
        var outer = BERReader(message[...])
        var reader = try outer.reader()
        guard try reader.integer() == 3 else { throw BERReader.Malformed() }
        var head = try reader.reader()
        _ = try head.integer()
        _ = try head.integer()
        let flags = try head.content(BER.octets).first ?? 0
        var wrapped = try reader.reader(BER.octets)
        var security = try wrapped.reader()
        let id = [UInt8](try security.content(BER.octets))
        let engine = SNMPEngine(id: id, boots: try security.integer(), time: try security.integer())
        _ = try security.content(BER.octets)
        let signature = try security.content(BER.octets)
        let salt = [UInt8](try security.content(BER.octets))
        guard let user, flags & 1 == 1 else { return .engine(engine) }
        var unsigned = message
        for place in signature.indices { unsigned[place] = 0 }
        guard signature.elementsEqual(user.hash.signature(of: unsigned, user.authentication)) else { throw BERReader.Malformed() }
        var scoped: BERReader
        if flags & 2 == 2 {
            guard let privacy = user.privacy else { throw BERReader.Malformed() }
            let sealed = try reader.content(BER.octets)
            let plain = [UInt8](try AES._CFB.decrypt(Array(sealed), using: privacy, iv: try user.vector(salt, engine)))
            var opened = BERReader(plain[...])
            scoped = try opened.reader()
        } else {
            scoped = try reader.reader()
        }
        _ = try scoped.content(BER.octets)
        _ = try scoped.content(BER.octets)
        let answer = try SNMPMessage.answer(&scoped, number)
        if case .refusal = answer { return .engine(engine) }
        return answer
    }

    /// RFC 3826 section 3.1.2.1.
    private func vector(_ salt: [UInt8], _ engine: SNMPEngine) throws -> AES._CFB.IV {
        func word(_ number: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) } }
        return try AES._CFB.IV(ivBytes: word(engine.boots) + word(engine.time) + salt)
    }
}

extension SNMPHash {
    /// How many bytes of a signature travel.
    var signatureLength: Int {
        switch self {
        case .sha1: 12
        case .sha256: 24
        case .sha512: 48
        }
    }

    /// A password's key for one engine.
    func key(of password: String, for engine: [UInt8]) -> [UInt8] {
        switch self {
        case .sha1: Self.key(password, engine, Insecure.SHA1.self)
        case .sha256: Self.key(password, engine, SHA256.self)
        case .sha512: Self.key(password, engine, SHA512.self)
        }
    }

    private static func key<Hash: HashFunction>(_ password: String, _ engine: [UInt8], _ type: Hash.Type) -> [UInt8] {
        let bytes = Array(password.utf8)
        guard !bytes.isEmpty else { return [] }
        // A megabyte of the password, one after the other.
        var block: [UInt8] = []
        while block.count < 1_048_576 { block += bytes }
        let long = [UInt8](Hash.hash(data: block.prefix(1_048_576)))
        return [UInt8](Hash.hash(data: long + engine + long))
    }

    func signature(of message: [UInt8], _ key: SymmetricKey) -> [UInt8] {
        let whole: [UInt8] =
            switch self {
            case .sha1: [UInt8](HMAC<Insecure.SHA1>.authenticationCode(for: message, using: key))
            case .sha256: [UInt8](HMAC<SHA256>.authenticationCode(for: message, using: key))
            case .sha512: [UInt8](HMAC<SHA512>.authenticationCode(for: message, using: key))
            }
        return Array(whole.prefix(signatureLength))
    }
}
