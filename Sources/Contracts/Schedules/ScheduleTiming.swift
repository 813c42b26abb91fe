import Vocabulary

/// What happens at a local time that is left out because clocks go forward.
package enum SkippedHours: String, WireEnum {
    /// The first instant after the gap counts.
    case shift
    /// Nothing.
    case skip
}

/// What happens at a local time that comes twice because clocks go back.
package enum RepeatedHours: String, WireEnum {
    /// The first of the two counts.
    case first
    /// The second counts.
    case second
    /// Both count.
    case both
}

/// When a schedule is due: exactly one of `cron`, `every`, `at` and `rule`; `docs/calendar.md` says what they can be.
package struct ScheduleTiming: Codable, Sendable, Hashable, WireConstrained {
    /// A cron expression of five or six fields, or a name such as `@daily`.
    package var cron: String?
    /// A fixed interval such as `15m` or `1h30m`, counted from the start.
    package var every: String?
    /// Single instants: in UTC such as `2026-12-31T17:00:00Z`, or local times of the zone such as `2026-12-31T18:00`.
    package var at: [String]?
    /// A rule of RFC 5545 such as `FREQ=MONTHLY;BYDAY=-1FR;BYHOUR=18`; it needs a start.
    package var rule: String?
    /// The time zone of the IANA database whose local times are meant; UTC when absent.
    package var zone: String?
    /// What happens at local times that do not exist; shift when absent.
    package var skippedHours: SkippedHours?
    /// What happens at local times that exist twice; first when absent.
    package var repeatedHours: RepeatedHours?
    /// Nothing is due before it: an instant in UTC or a local time of the zone.
    package var start: String?
    /// Nothing is due from it on.
    package var end: String?
    /// How often it fires at most; no limit when absent.
    package var mostRuns: Int?
    /// Makes the value.
    package init(
        cron: String? = nil, every: String? = nil, at: [String]? = nil, rule: String? = nil, zone: String? = nil,
        skippedHours: SkippedHours? = nil, repeatedHours: RepeatedHours? = nil, start: String? = nil, end: String? = nil,
        mostRuns: Int? = nil
    ) {
        self.cron = cron
        self.every = every
        self.at = at
        self.rule = rule
        self.zone = zone
        self.skippedHours = skippedHours
        self.repeatedHours = repeatedHours
        self.start = start
        self.end = end
        self.mostRuns = mostRuns
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        [
            "cron": .length(1...1000), "every": .length(2...40), "at": .count(1...1000), "rule": .length(1...1000), "zone": .length(1...64),
            "start": .length(1...40), "end": .length(1...40), "mostRuns": .range(1...1_000_000_000),
        ]
    }
}

/// What happens to instants that nobody was there for.
package enum MissedChoice: String, WireEnum {
    /// They are missed.
    case skip
    /// The newest is made up for.
    case once
    /// The newest ones are made up for, up to a number.
    case all
}

/// What happens to instants that nobody was there for, for example because the server was down.
package struct MissedRuns: Codable, Sendable, Hashable, WireConstrained {
    /// The policy.
    package var policy: MissedChoice
    /// With `all`, so many at most; 10 when absent.
    package var most: Int?
    /// What is no older counts as in time; 60 when absent.
    package var graceSeconds: Int?
    /// Makes the value.
    package init(policy: MissedChoice, most: Int? = nil, graceSeconds: Int? = nil) {
        self.policy = policy
        self.most = most
        self.graceSeconds = graceSeconds
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        ["most": .range(1...1000), "graceSeconds": .range(0...86_400)]
    }
}

/// What happens when a schedule is due while its own last run has not ended; what the job says about other runs of it counts besides.
package enum OverlapPolicy: String, WireEnum {
    /// They run beside each other.
    case allow
    /// The occurrence is skipped.
    case skip
    /// The occurrence waits for the end of the run before it.
    case queue
}
