import Vocabulary

/// Work for a worker that is no part of a run. Doing it twice does no harm.
package enum ErrandKind: String, WireEnum {
    /// Connection tests, many together.
    case probes
    /// Some addresses to scan.
    case scan
}

/// Something that a worker is to do, in one piece.
package struct Errand: Codable, Sendable {
    /// The id; who asks twice with the same one gets the same result.
    package var id: String
    /// The kind, which says what is given.
    package var kind: ErrandKind
    /// The tests, in any order.
    package var probes: [LeasedProbe]?
    /// The addresses.
    package var scan: ScanChunk?
    /// Makes an errand of tests.
    package init(id: String, probes: [LeasedProbe]) {
        (self.id, kind) = (id, .probes)
        self.probes = probes
    }
    /// Makes an errand of addresses.
    package init(id: String, scan: ScanChunk) {
        (self.id, kind) = (id, .scan)
        self.scan = scan
    }
}

/// Some addresses to scan, and how.
package struct ScanChunk: Codable, Sendable {
    /// The addresses.
    package var addresses: [String]
    /// The TCP ports to try, in order.
    package var ports: [Int]
    /// The most packets that are begun in a second.
    package var ratePerSecond: Int
    /// The most addresses at the same time.
    package var concurrency: Int
    /// How long an answer is waited for.
    package var timeoutMilliseconds: Int
    /// Credentials for the SNMP system group, tried in order.
    package var snmpCredentials: [CredentialID]
    /// Makes the value.
    package init(
        addresses: [String], ports: [Int], ratePerSecond: Int, concurrency: Int, timeoutMilliseconds: Int, snmpCredentials: [CredentialID]
    ) {
        self.addresses = addresses
        self.ports = ports
        self.ratePerSecond = ratePerSecond
        self.concurrency = concurrency
        self.timeoutMilliseconds = timeoutMilliseconds
        self.snmpCredentials = snmpCredentials
    }
}

/// An errand to be run, and how long its result is waited for.
package struct RunErrand: Codable, Sendable {
    /// The errand.
    package var errand: Errand
    /// Seconds from now after which nobody wants it any more.
    package var waitSeconds: Int
    /// Makes the value.
    package init(errand: Errand, waitSeconds: Int) {
        self.errand = errand
        self.waitSeconds = waitSeconds
    }
}

/// What a worker found.
package struct ErrandResult: Codable, Sendable {
    /// The worker.
    package var worker: String
    /// Results of tests.
    package var probes: [ProbeResult]?
    /// The hosts that answered.
    package var hosts: [FoundHost]?
    /// Why it could not be done, in one sentence.
    package var failure: String?
    /// Makes the value.
    package init(worker: String, probes: [ProbeResult]? = nil, hosts: [FoundHost]? = nil, failure: String? = nil) {
        self.worker = worker
        self.probes = probes
        self.hosts = hosts
        self.failure = failure
    }
}

/// An errand that is no longer wanted.
package struct CancelErrand: Codable, Sendable {
    /// Its id.
    package var id: String
    /// Makes the value.
    package init(id: String) { self.id = id }
}

/// A worker asks for an errand. The call is held open until there is one, or for `waitSeconds`.
package struct AskErrand: Codable, Sendable {
    /// The worker's name.
    package var worker: String
    /// What it can do now.
    package var kinds: [ErrandKind]
    /// The longest time to wait.
    package var waitSeconds: Int
    /// The worker's public key (X25519, base64) for which secrets are sealed.
    package var publicKey: String
    /// Makes the value.
    package init(worker: String, kinds: [ErrandKind], waitSeconds: Int, publicKey: String) {
        self.worker = worker
        self.kinds = kinds
        self.waitSeconds = waitSeconds
        self.publicKey = publicKey
    }
}

/// An errand that a worker holds until its lease ends; every lease of an errand has a higher fencing token.
package struct ErrandLease: Codable, Sendable {
    /// What to do; absent when there is nothing.
    package var errand: Errand?
    /// The fencing token.
    package var fence: Int
    /// How to reach targets, and other credentials.
    package var connections: TargetConnections
    /// Seconds until the lease ends unless a heartbeat comes.
    package var leaseSeconds: Int
    /// Makes the value.
    package init(errand: Errand?, fence: Int, connections: TargetConnections, leaseSeconds: Int) {
        self.errand = errand
        self.fence = fence
        self.connections = connections
        self.leaseSeconds = leaseSeconds
    }
}

/// An errand that a worker holds.
package struct HeldErrand: Codable, Sendable, Hashable {
    /// Its id.
    package var id: String
    /// The fencing token.
    package var fence: Int
    /// Makes the value.
    package init(id: String, fence: Int) {
        self.id = id
        self.fence = fence
    }
}

/// A sign of life of a worker with errands.
package struct ErrandHeartbeat: Codable, Sendable {
    /// The worker's name.
    package var worker: String
    /// What it holds.
    package var held: [HeldErrand]
    /// Makes the value.
    package init(worker: String, held: [HeldErrand]) {
        self.worker = worker
        self.held = held
    }
}

/// Errands that a worker no longer holds, or that nobody wants any more.
package struct RevokedErrands: Codable, Sendable {
    /// Which.
    package var revoked: [HeldErrand]
    /// Makes the value.
    package init(revoked: [HeldErrand]) { self.revoked = revoked }
}

/// The result of an errand.
package struct ErrandReport: Codable, Sendable {
    /// The worker's name.
    package var worker: String
    /// Under which lease.
    package var held: HeldErrand
    /// What was found.
    package var result: ErrandResult
    /// Makes the value.
    package init(worker: String, held: HeldErrand, result: ErrandResult) {
        self.worker = worker
        self.held = held
        self.result = result
    }
}

extension ExecutionsAPI {
    /// Has a worker do something and answers with its result, for Targets.
    package static let runErrand = Endpoint<RunErrand, ErrandResult>(
        .post, "/api/executions/internal/errands", needs: .service, patience: .seconds(200),
        "Has a worker test connections or scan addresses")
    /// Ends an errand, for Targets.
    package static let cancelErrand = Endpoint<CancelErrand, Nothing>(
        .post, "/api/executions/internal/errands/cancel", answers: .noContent, needs: .service, repeatable: true, "Ends an errand")
    /// Leases an errand to a worker; waits until there is one.
    package static let leaseErrand = Endpoint<AskErrand, ErrandLease>(
        .post, "/api/executions/worker/errands", needs: .worker, patience: .seconds(35), "Leases an errand to a worker")
    /// Keeps leases of errands alive and hears which to end.
    package static let errandHeartbeat = Endpoint<ErrandHeartbeat, RevokedErrands>(
        .post, "/api/executions/worker/errands/heartbeat", needs: .worker, repeatable: true, patience: .seconds(4),
        "Keeps leases of errands alive")
    /// Stores the result of an errand; what comes under an old fencing token is refused.
    package static let reportErrand = Endpoint<ErrandReport, RevokedErrands>(
        .post, "/api/executions/worker/errands/report", needs: .worker, repeatable: true, "Stores the result of an errand")
}
