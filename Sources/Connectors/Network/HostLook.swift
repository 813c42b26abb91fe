import ConnectorPort
import Foundation
import NIOCore
import NIOPosix
import Vocabulary

/// A look at one address after the other: is somebody there, on which ports, and who.
struct HostLook: Sendable {
    let plan: ScanPlan
    let talk: Talk
    let echo: EchoSocket?
    let pacer: Pacer
    let ssh: any Connector
    let snmpPort: Int

    /// So many ports are tried where an echo request had no answer, before nobody is there.
    private static let portsOfTheSilent = 3
    /// After so many open ports it is found out whether every port is.
    private static let manyOpen = 3
    /// TLS begins without a word from the server on these, and HTTP on those.
    private static let tlsPorts: Set<Int> = [443, 465, 636, 853, 993, 995, 2376, 4443, 5986, 6443, 8443, 9443, 10_250]

    /// What is there; nil when nobody is.
    /// - Throws: `CancellationError`.
    func look(at address: String) async throws -> ScannedHost? {
        var host: ScannedHost?
        if let echo {
            try await pacer.turn()
            if let time = await echo.echo(address, within: plan.timeout) {
                host = ScannedHost(address: address, reachedBy: "ICMP echo", milliseconds: time.seconds * 1000)
            }
        }
        for (number, port) in plan.ports.enumerated() {
            if host == nil, echo != nil, number >= Self.portsOfTheSilent { break }
            guard let open = try await attempt(address, port, &host) else { continue }
            host?.ports.append(ScannedPort(port: port))
            await open.close()
            let count = host?.ports.count ?? 0
            if count == min(Self.manyOpen, plan.ports.count), try await answersEverything(address) {
                host?.answersEverything = true
                return host
            }
        }
        // Where echo requests cannot be sent, an agent for SNMP may be all that answers.
        let snmp = host != nil || echo == nil ? try await system(of: address) : nil
        if snmp != nil, host == nil { host = ScannedHost(address: address, reachedBy: "SNMP", milliseconds: 0) }
        guard var found = host else { return nil }
        found.snmp = snmp
        for place in found.ports.indices { try await listen(to: &found, place) }
        found.names = await Self.names(of: address)
        return found
    }

    /// Tries a port; a refusal also says that somebody is there.
    private func attempt(_ address: String, _ port: Int, _ host: inout ScannedHost?) async throws -> Talk.Conversation? {
        try await pacer.turn()
        let start = ContinuousClock.now
        let attempt = await talk.connect(address, port)
        let milliseconds = (ContinuousClock.now - start).seconds * 1000
        switch attempt {
        case .silent: return nil
        case .refused:
            if host == nil { host = ScannedHost(address: address, reachedBy: "TCP port \(port)", milliseconds: milliseconds) }
            return nil
        case .open(let conversation):
            if host == nil { host = ScannedHost(address: address, reachedBy: "TCP port \(port)", milliseconds: milliseconds) }
            return conversation
        }
    }

    /// Whether connections are taken where nothing can be: on two ports by chance.
    private func answersEverything(_ address: String) async throws -> Bool {
        var random = RandomBytes()
        for _ in 0..<2 {
            var port = 0
            repeat { port = 20_000 + (Int(random.next()) << 8 | Int(random.next())) % 40_000 } while plan.ports.contains(port)
            try await pacer.turn()
            guard case .open(let conversation) = await talk.connect(address, port) else { return false }
            await conversation.close()
        }
        return true
    }

    /// Finds out what answers on an open port.
    private func listen(to host: inout ScannedHost, _ place: Int) async throws {
        let port = host.ports[place].port
        if Self.tlsPorts.contains(port), try await listenEncrypted(&host, place) { return }
        try await pacer.turn()
        guard case .open(let conversation) = await talk.connect(host.address, port) else { return }
        var said = await talk.ask(conversation) { $0.contains(10) || $0.count >= 64 }
        if said.isEmpty {
            said = await talk.ask(conversation, Self.request(host.address)) { String(decoding: $0, as: UTF8.self).contains("</title") }
        }
        await conversation.close()
        if let web = BannerText.web(said) {
            (host.ports[place].service, host.ports[place].banner, host.ports[place].title) = ("http", web.server, web.title)
        } else if !said.isEmpty {
            let banner = BannerText.clean(Array(said.prefix { $0 != 10 }))
            host.ports[place].banner = banner.isEmpty ? nil : banner
            host.ports[place].service = BannerText.service(greeting: said, port: port)
        } else if !Self.tlsPorts.contains(port) {
            _ = try await listenEncrypted(&host, place)
        }
        if host.ports[place].service == "ssh" { host.hostKeys += try await hostKey(host.address, port) }
    }

    /// Finds out who shows a certificate on a port; false when nobody does.
    private func listenEncrypted(_ host: inout ScannedHost, _ place: Int) async throws -> Bool {
        try await pacer.turn()
        guard let (names, conversation) = await talk.certificateNames(host.address, host.ports[place].port) else { return false }
        let said = await talk.ask(conversation, Self.request(host.address)) { String(decoding: $0, as: UTF8.self).contains("</title") }
        await conversation.close()
        host.ports[place].certificateNames = names.isEmpty ? nil : names
        host.ports[place].service = "tls"
        if let web = BannerText.web(said) {
            (host.ports[place].service, host.ports[place].banner, host.ports[place].title) = ("https", web.server, web.title)
        }
        return true
    }

    private static func request(_ address: String) -> [UInt8] {
        let name = address.contains(":") ? "[\(address)]" : address
        return Array("GET / HTTP/1.1\r\nHost: \(name)\r\nUser-Agent: opsconductor\r\nAccept: */*\r\nConnection: close\r\n\r\n".utf8)
    }

    /// The host key that a server shows, which nobody logs in to.
    private func hostKey(_ address: String, _ port: Int) async throws -> [ScannedHostKey] {
        try await pacer.turn()
        let plan = ConnectionPlan(
            target: address, host: address, port: port, user: "none", hostTrust: .strict([]), connectTimeout: max(plan.timeout, .seconds(3))
        )
        do {
            let connection = try await ssh.open(plan) { _ in }
            await connection.close()
            return []
        } catch let error as ConnectorError {
            return error.presentedHostKey.map { [ScannedHostKey(port: port, key: $0)] } ?? []
        }
    }

    /// The names that reverse DNS gives an address.
    private static func names(of address: String) async -> [String] {
        guard let target = try? SocketAddress(ipAddress: address, port: 0) else { return [] }
        let name = try? await NIOThreadPool.singleton.runIfActive { () -> String? in
            var name = [CChar](repeating: 0, count: 1025)
            let found = target.withSockAddr { getnameinfo($0, socklen_t($1), &name, socklen_t(name.count), nil, 0, NI_NAMEREQD) }
            guard found == 0 else { return nil }
            return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
        return name.flatMap { $0 }.map { [BannerText.clean(Array($0.utf8), most: 253)] } ?? []
    }
}
