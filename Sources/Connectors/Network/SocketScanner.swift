import ConnectorPort
import NIOCore
import NIOPosix
import Vocabulary

/// Scans networks with plain sockets: ICMP echo where the system allows it, TCP, UDP for SNMP, and SSH for host keys.
package struct SocketScanner: NetworkScanner {
    private let ssh: any Connector
    private let clock: any WallClock
    private let snmpPort: Int

    /// Host keys are asked for through the SSH connector.
    package init(ssh: any Connector, clock: any WallClock = SystemClock(), snmpPort: Int = 161) {
        self.ssh = ssh
        self.clock = clock
        self.snmpPort = snmpPort
    }

    /// See `NetworkScanner`.
    package func scan(_ plan: ScanPlan) async throws -> [ScannedHost] {
        let group = MultiThreadedEventLoopGroup.singleton
        let echo = await EchoSocket.open(group)
        let look = HostLook(
            plan: plan, talk: Talk(group: group, timeout: plan.timeout), echo: echo,
            pacer: Pacer(perSecond: plan.ratePerSecond, clock: clock), ssh: ssh, snmpPort: snmpPort)
        let found: [Int: ScannedHost]
        do {
            found = try await withThrowingTaskGroup(of: (Int, ScannedHost?).self) { tasks in
                var found: [Int: ScannedHost] = [:]
                for (place, address) in plan.addresses.enumerated() {
                    if place >= plan.concurrency, let (number, host) = try await tasks.next() { found[number] = host }
                    tasks.addTask { (place, try await look.look(at: address)) }
                }
                for try await (number, host) in tasks { found[number] = host }
                return found
            }
        } catch {
            await echo?.close()
            throw error
        }
        await echo?.close()
        return found.sorted { $0.key < $1.key }.map(\.value)
    }
}
