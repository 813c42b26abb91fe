import Glibc
import Vocabulary

/// Which addresses the installation sends to: public ones, and networks that were allowed. It keeps people who may set URLs from reaching what only this
/// machine can reach.
package struct AddressRules: Sendable {
    private let allowed: [Network]

    /// Allows nothing but public addresses.
    package init() { allowed = [] }

    /// Reads addresses and networks that are allowed beside public ones, such as `10.0.0.0/8`; nil when one of them is neither.
    package init?(allowing list: [String]) {
        var networks: [Network] = []
        for entry in list {
            guard let network = Network(entry) else { return nil }
            networks.append(network)
        }
        allowed = networks
    }

    /// Why nothing is sent to an address of 4 or 16 bytes; nil when it may be.
    package func objection(to address: [UInt8]) -> String? {
        let plain = Self.unwrapped(address)
        if allowed.contains(where: { $0.contains(plain) || $0.contains(address) }) { return nil }
        return Self.kind(of: plain)
    }

    /// The bytes of an address in text form.
    package static func bytes(_ text: String) -> [UInt8]? {
        var (four, six) = (in_addr(), in6_addr())
        if inet_pton(AF_INET, text, &four) == 1 { return withUnsafeBytes(of: four) { [UInt8]($0) } }
        if inet_pton(AF_INET6, text, &six) == 1 { return withUnsafeBytes(of: six) { [UInt8]($0) } }
        return nil
    }

    /// An IPv4 address that is written as IPv6: mapped, compatible, or translated (RFC 6052).
    private static func unwrapped(_ address: [UInt8]) -> [UInt8] {
        guard address.count == 16 else { return address }
        let head = address[0..<12]
        let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]
        let translated: [UInt8] = [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0]
        let compatible = head.allSatisfy { $0 == 0 } && address[12...] != [0, 0, 0, 0] && address[12...] != [0, 0, 0, 1]
        return head.elementsEqual(mapped) || head.elementsEqual(translated) || compatible ? Array(address[12...]) : address
    }

    /// What an address is that is not public (IANA's registries of special-purpose addresses); nil for a public one.
    private static func kind(of address: [UInt8]) -> String? {
        switch address.count {
        case 4: kindOfFour(address)
        case 16: kindOfSix(address)
        default: "an address of an unknown kind"
        }
    }

    private static func kindOfFour(_ bytes: [UInt8]) -> String? {
        switch (bytes[0], bytes[1], bytes[2]) {
        case (127, _, _): "an address of this machine itself"
        case (10, _, _), (172, 16...31, _), (192, 168, _): "a private address"
        case (169, 254, _): "a link-local address"
        case (100, 64...127, _): "a shared address of a provider"
        case (224...239, _, _): "a multicast address"
        case (0, _, _), (240...255, _, _), (192, 0, 0), (192, 0, 2), (198, 18...19, _), (198, 51, 100), (203, 0, 113), (192, 88, 99):
            "a reserved address"
        default: nil
        }
    }

    private static func kindOfSix(_ bytes: [UInt8]) -> String? {
        if bytes.dropLast().allSatisfy({ $0 == 0 }) { return bytes[15] == 1 ? "an address of this machine itself" : "a reserved address" }
        switch (bytes[0], bytes[1]) {
        case (0xfe, 0x80...0xbf): return "a link-local address"
        case (0xfc...0xfd, _), (0xfe, 0xc0...0xff): return "a private address"
        case (0xff, _): return "a multicast address"
        // Of 2000::/3 these lead elsewhere: Teredo and others of 2001::/23, documentation, and 6to4.
        case (0x20, 0x01) where bytes[2] < 0x02 || bytes[2] == 0x0d && bytes[3] == 0xb8, (0x20, 0x02), (0x3f, 0xff):
            return "a reserved address"
        default: return bytes[0] & 0xe0 == 0x20 ? nil : "a reserved address"
        }
    }
}

/// A network of addresses, such as `10.0.0.0/8`.
private struct Network: Sendable {
    let bytes: [UInt8]
    let bits: Int

    init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let address = parts.first, let bytes = AddressRules.bytes(address) else { return nil }
        let bits = parts.count == 1 ? bytes.count * 8 : Int(parts[1]) ?? -1
        guard (0...bytes.count * 8).contains(bits) else { return nil }
        (self.bytes, self.bits) = (bytes, bits)
    }

    func contains(_ address: [UInt8]) -> Bool {
        guard address.count == bytes.count else { return false }
        return (0..<bits).allSatisfy { (bytes[$0 / 8] ^ address[$0 / 8]) & (0x80 >> UInt8($0 % 8)) == 0 }
    }
}
