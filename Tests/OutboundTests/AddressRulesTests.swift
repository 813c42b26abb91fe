import Outbound
import Testing

@Suite("Address rules")
struct AddressRulesTests {
    @Test(
        "addresses that are not public are refused, however they are written",
        arguments: [
            "127.0.0.1", "127.255.255.254", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1",
            "100.100.100.200", "0.0.0.0", "224.0.0.1", "255.255.255.255", "192.0.0.192", "198.18.0.1", "203.0.113.9", "::1", "::",
            "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "fe80::1", "fc00::1", "fd00:ec2::254", "fec0::1",
            "ff02::1", "2001:db8::1", "2002:7f00:1::", "2001::1", "3fff::1", "4000::1",
        ])
    func refuses(address: String) throws {
        let bytes = try #require(AddressRules.bytes(address))

        #expect(AddressRules().objection(to: bytes) != nil)
    }

    @Test(
        "public addresses are allowed",
        arguments: ["1.1.1.1", "8.8.8.8", "172.32.0.1", "192.169.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450::1", "::ffff:1.1.1.1"])
    func allows(address: String) throws {
        let bytes = try #require(AddressRules.bytes(address))

        #expect(AddressRules().objection(to: bytes) == nil)
    }

    @Test("networks that were allowed are allowed, and their neighbours are not")
    func allowsNetworks() throws {
        let rules = try #require(AddressRules(allowing: ["10.20.0.0/16", "fd00::/8", "192.168.7.9"]))
        func objection(_ text: String) throws -> String? { rules.objection(to: try #require(AddressRules.bytes(text))) }

        for address in ["10.20.0.1", "10.20.255.255", "::ffff:10.20.3.4", "fd12::1", "192.168.7.9"] {
            let found = try objection(address)
            #expect(found == nil, "\(address)")
        }
        for address in ["10.21.0.1", "10.19.255.255", "192.168.7.10", "127.0.0.1", "fc00::1"] {
            let found = try objection(address)
            #expect(found != nil, "\(address)")
        }
    }

    @Test("what is no network is refused", arguments: ["10.0.0.0/33", "10.0.0.0/x", "host", "", "10.0.0.0/-1", "::/129", "10.0.0/8"])
    func refusesNonsense(text: String) { #expect(AddressRules(allowing: [text]) == nil) }

    @Test("bytes that are no address are refused")
    func refusesOddBytes() {
        #expect(AddressRules().objection(to: []) != nil)
        #expect(AddressRules().objection(to: [1, 1, 1]) != nil)
    }
}
