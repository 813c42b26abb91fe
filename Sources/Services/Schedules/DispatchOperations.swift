import Contracts
import Store
import Vocabulary

/// Starts what is due.
struct DispatchOperations: Sendable {
    let room: SchedulesRoom

    /// So many instants are started at once.
    static let batch = 1000
    /// So many instants of a schedule may wait for the end of its last run.
    static let mostWaiting = 100

    /// What a scheduler took over.
    private struct Claim: Sendable {
        var occurrences: [StoredOccurrence]
        var schedules: [ScheduleID: StoredSchedule]
        var calendars: [StoredCalendar]
        /// When it did, by the database's clock where it has one.
        var now: Timestamp
        /// Whether something was decided at once.
        var isTold = false
        /// Whether it was looked at which of them wait for another run.
        var isHeldBack = false
        private let watch = ContinuousClock().now

        init(occurrences: [StoredOccurrence], schedules: [ScheduleID: StoredSchedule], calendars: [StoredCalendar], now: Timestamp) {
            (self.occurrences, self.schedules, self.calendars, self.now) = (occurrences, schedules, calendars, now)
        }

        /// The present instant, whatever this machine's clock does meanwhile.
        var present: Timestamp { now + watch.duration(to: ContinuousClock().now) }
    }

    /// Takes over some instants that are due, starts their runs, and writes down what came of it. Returns how many it took; with fewer than a batch
    /// nothing is left for now. What is not written down because this process ends is done again by another one, and starts nothing twice.
    func dispatch() async throws -> Int {
        var (taken, claim) = try await claim()
        if claim.isTold { room.news.ring() }
        if claim.occurrences.isEmpty { return taken }
        do {
            if !claim.isHeldBack {
                // What has begun is written down first: whatever goes wrong with the others, it has.
                let begun = try await begun(claim)
                try await record(begun, claim)
                claim = try await heldBack(claim, besides: begun)
            }
            try await record(try await decide(claim), claim)
        } catch {
            room.logger.warning(
                "Runs that are due could not be started and are tried again",
                metadata: ["occurrences": "\(claim.occurrences.count)", "error": "\(error)"])
            try await giveUp(claim.occurrences, claim, Self.sentence(error))
            // Whoever asks rests for a while, so that others may try it.
            throw error
        }
        return taken
    }

    private func claim() async throws -> (Int, Claim) {
        try await room.database.transact(.lockingRows) { transaction in
            let now = try await room.now(in: transaction)
            let taken = try await room.ledger.claim(at: now, until: now + room.settings.lease, limit: Self.batch, in: transaction)
            let ids = Set(taken.map(\.schedule))
            var claim = Claim(
                occurrences: taken, schedules: try await room.schedules.schedules(Array(ids), in: transaction),
                calendars: taken.isEmpty ? [] : try await room.calendars.all(in: transaction), now: now)
            if taken.allSatisfy({ $0.tries == 1 }) { try await holdBack(&claim, in: transaction) }
            return (taken.count, claim)
        }
    }

    /// The instants whose run has begun already: who took them before could not write it down any more. Whatever became of the schedule since, it has begun.
    private func begun(_ claim: Claim) async throws -> [(StoredOccurrence, LaunchResult?)] {
        let again = claim.occurrences.filter { $0.tries > 1 }
        if again.isEmpty { return [] }
        let answer = try await room.peer.call(ExecutionsAPI.begun, [:], AskBegun(keys: again.map(\.key)), as: SchedulesRoom.caller)
        let receipts = Dictionary(answer.begun.map { ($0.key, $0.receipt) }) { first, _ in first }
        return again.compactMap { occurrence in receipts[occurrence.key].map { (occurrence, LaunchResult(receipt: $0)) } }
    }

    /// The others, without those that have to wait.
    private func heldBack(_ claim: Claim, besides begun: [(StoredOccurrence, LaunchResult?)]) async throws -> Claim {
        let keys = Set(begun.map(\.0.key))
        let rest = try await room.database.transact(.lockingRows) { transaction in
            var rest = claim
            rest.occurrences.removeAll { keys.contains($0.key) }
            try await holdBack(&rest, in: transaction)
            return rest
        }
        if rest.isTold { room.news.ring() }
        return rest
    }

    /// Leaves out what has to wait for the schedule's last run, or is skipped because of it.
    private func holdBack(_ claim: inout Claim, in transaction: any Transaction) async throws {
        claim.isHeldBack = true
        let minding = claim.schedules.values.filter { $0.overlap != .allow }.map(\.id)
        if minding.isEmpty { return }
        let locked = try await room.schedules.lockMinding(minding, in: transaction)
        let own = Set(claim.occurrences.map(\.key))
        var open: [ScheduleID: StoredOccurrence] = [:]
        for occurrence in try await room.ledger.open(locked, in: transaction) where !own.contains(occurrence.key) {
            open[occurrence.schedule] = occurrence
        }
        var (free, skipped, waiting): ([StoredOccurrence], [StoredOccurrence], [StoredOccurrence]) = ([], [], [])
        var lines: [ScheduleID: Int] = [:]
        for var occurrence in claim.occurrences {
            guard locked.contains(occurrence.schedule), let other = open[occurrence.schedule] else {
                if locked.contains(occurrence.schedule) { open[occurrence.schedule] = occurrence }
                free.append(occurrence)
                continue
            }
            let run = other.execution.map { "\($0), its run of \(other.at)," } ?? "its run of \(other.at)"
            occurrence.decidedAt = claim.now
            if claim.schedules[occurrence.schedule]?.overlap == .skip {
                (occurrence.state, occurrence.reason) = (.skipped, "Its last run has not ended: \(run) still runs.")
                skipped.append(occurrence)
                continue
            }
            let line: Int
            if let known = lines[occurrence.schedule] {
                line = known
            } else {
                line = try await room.ledger.waiting(occurrence.schedule, in: transaction)
            }
            if line >= Self.mostWaiting {
                (occurrence.state, occurrence.reason) = (.skipped, "\(Self.mostWaiting) occurrences wait for its last run already.")
                skipped.append(occurrence)
            } else {
                (occurrence.state, occurrence.isLate) = (.waiting, true)
                occurrence.reason = "It waits for the end of \(run)."
                waiting.append(occurrence)
                lines[occurrence.schedule] = line + 1
            }
        }
        try await room.ledger.decide(skipped + waiting, isOpen: false, in: transaction)
        try await settle(skipped, claim, in: transaction)
        claim.occurrences = free
        claim.isTold = !skipped.isEmpty
        room.tally.count(.skipped, skipped.count)
    }

    /// What becomes of instants: those that start nothing, and the launches of the others.
    private func decide(_ claim: Claim) async throws -> [(StoredOccurrence, LaunchResult?)] {
        let closures = try await Closures(room: room, calendars: claim.calendars).find(
            claim.occurrences, of: claim.schedules, at: claim.now)
        var (decided, launches): ([(StoredOccurrence, LaunchResult?)], [(StoredOccurrence, LaunchJob)]) = ([], [])
        for var occurrence in claim.occurrences {
            guard let schedule = claim.schedules[occurrence.schedule], schedule.deletedAt == nil else {
                (occurrence.state, occurrence.reason) = (.skipped, "The schedule was deleted before it could start.")
                decided.append((occurrence, nil))
                continue
            }
            if let pause = schedule.pause {
                (occurrence.state, occurrence.reason) = (.skipped, "\(pause.by) paused the schedule: \(pause.reason)")
                decided.append((occurrence, nil))
            } else if let closure = closures[occurrence.key] {
                (occurrence.state, occurrence.reason) = (.skipped, closure)
                decided.append((occurrence, nil))
            } else {
                launches.append((occurrence, try ScheduleLaunch(room: room).launch(schedule, occurrence)))
            }
        }
        if launches.isEmpty { return decided }
        let receipt = try await room.peer.call(
            JobsAPI.launch, [:], LaunchJobs(launches: launches.map(\.1)), as: SchedulesRoom.caller)
        guard receipt.results.count == launches.count else { throw Problem.unavailable("Jobs did not say what became of every launch.") }
        return decided + zip(launches, receipt.results).map { ($0.0, $1) }
    }

    private func record(_ decided: [(StoredOccurrence, LaunchResult?)], _ claim: Claim) async throws {
        if decided.isEmpty { return }
        var (begun, ended, again): ([StoredOccurrence], [StoredOccurrence], [StoredOccurrence]) = ([], [], [])
        var detail: String?
        let now = claim.present
        for (occurrence, result) in decided {
            var next = occurrence
            next.decidedAt = now
            if let receipt = result?.receipt {
                let grace = claim.schedules[next.schedule]?.definition.missed.grace ?? .zero
                next.isLate = next.isLate || now - next.at > grace
                (next.state, next.execution, next.reason) = (next.isLate ? .late : .fired, receipt.serial, nil)
                begun.append(next)
                continue
            }
            if let result {
                next.reason = result.detail
                switch result.refusal {
                case .notAllowed, .busy: next.state = .skipped
                case .noJob, .refused: next.state = .failed
                case .unavailable, nil:
                    again.append(occurrence)
                    detail = result.detail
                    continue
                }
            }
            ended.append(next)
        }
        let (stays, goes) = (begun, ended)
        var names: [JobID: String] = [:]
        for (occurrence, result) in decided {
            guard let name = result?.jobName, let job = claim.schedules[occurrence.schedule]?.job, job.name != name else { continue }
            names[job.id] = name
        }
        let renamed = names
        let released = try await room.database.transact(.lockingRows) { transaction in
            try await room.ledger.decide(stays, isOpen: true, in: transaction)
            try await room.ledger.decide(goes, isOpen: false, in: transaction)
            try await settle(goes, claim, in: transaction)
            if !renamed.isEmpty { try await room.schedules.rename(renamed, in: transaction) }
            let queueing = Set(goes.map(\.schedule).filter { claim.schedules[$0]?.overlap == .queue })
            return try await room.ledger.release(queueing, in: transaction)
        }
        room.tally.began(begun)
        for state in [OccurrenceState.skipped, .failed] { room.tally.count(state, ended.filter { $0.state == state }.count) }
        if !ended.isEmpty { room.news.ring() }
        if released > 0 { await room.ring() }
        if !again.isEmpty { try await giveUp(again, claim, detail ?? "It was not started.") }
    }

    /// Takes back what was counted for instants that began nothing, and tells of them.
    private func settle(_ ended: [StoredOccurrence], _ claim: Claim, in transaction: any Transaction) async throws {
        try await room.schedules.uncount(
            Dictionary(grouping: ended, by: \.schedule).mapValues(\.count), in: transaction)
        try await OccurrenceNews(room: room).tell(ended, of: claim.schedules, at: claim.now, in: transaction)
    }

    /// Lets what could not be started be tried again, unless it would be too late for a schedule that makes up for nothing.
    private func giveUp(_ occurrences: [StoredOccurrence], _ claim: Claim, _ detail: String) async throws {
        let now = claim.present
        var (again, missed): ([StoredOccurrence], [StoredOccurrence]) = ([], [])
        for var occurrence in occurrences {
            let rule = claim.schedules[occurrence.schedule]?.definition.missed
            let patience = max(rule.grace, .seconds(60))
            guard rule.policy == .skip, !occurrence.isLate, now - occurrence.at > patience else {
                again.append(occurrence)
                continue
            }
            (occurrence.state, occurrence.decidedAt) = (.missed, now)
            occurrence.reason = "It could not be started in time: \(detail)"
            missed.append(occurrence)
        }
        let (tried, over) = (again, missed)
        try await room.database.transact(.lockingRows) { transaction in
            try await room.ledger.giveBack(tried, from: now + .seconds(1), in: transaction)
            try await room.ledger.decide(over, isOpen: false, in: transaction)
            try await settle(over, claim, in: transaction)
        }
        room.tally.count(.missed, missed.count)
        if !missed.isEmpty { room.news.ring() }
    }

    private static func sentence(_ error: any Error) -> String {
        (error as? any ProblemConvertible)?.problem.detail ?? "A part of the installation did not answer."
    }
}
