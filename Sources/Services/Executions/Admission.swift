/// Who gets which lock: pure.
package enum Admission {
    /// A lock that an execution holds or wants.
    package struct Claim: Sendable, Hashable {
        /// The key of the execution.
        package var execution: Int
        /// Its serial.
        package var serial: String
        /// The lock.
        package var lock: String
        /// Whether it holds it.
        package var isHeld: Bool

        /// Makes the value.
        package init(execution: Int, serial: String, lock: String, isHeld: Bool) {
            self.execution = execution
            self.serial = serial
            self.lock = lock
            self.isHeld = isHeld
        }
    }

    /// What an execution that does not get its locks waits for.
    package struct Wait: Sendable, Hashable {
        /// The execution.
        package var execution: Int
        /// The lock.
        package var lock: String
        /// The serial of the one that has it, or is next in line for it.
        package var holder: String

        /// Makes the value.
        package init(execution: Int, lock: String, holder: String) {
            self.execution = execution
            self.lock = lock
            self.holder = holder
        }
    }

    /// Executions get all their locks at once or none, in the order in which they stand. Nobody overtakes one that waits for the same lock.
    package static func decide(_ claims: [Claim]) -> (admitted: [Int], waits: [Wait]) {
        var holders = Dictionary(claims.filter(\.isHeld).map { ($0.lock, $0.serial) }, uniquingKeysWith: { first, _ in first })
        var (admitted, waits): ([Int], [Wait]) = ([], [])
        var (order, wanted): ([Int], [Int: [Claim]]) = ([], [:])
        for claim in claims where !claim.isHeld {
            if wanted[claim.execution] == nil { order.append(claim.execution) }
            wanted[claim.execution, default: []].append(claim)
        }
        for execution in order {
            let own = wanted[execution] ?? []
            let missing = own.compactMap { claim in holders[claim.lock].map { Wait(execution: execution, lock: claim.lock, holder: $0) } }
            if let wait = missing.first { waits.append(wait) } else { admitted.append(execution) }
            for claim in own where holders[claim.lock] == nil { holders[claim.lock] = claim.serial }
        }
        return (admitted, waits)
    }
}
