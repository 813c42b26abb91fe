import Vocabulary

/// What a `DeadManRuleID` names.
package enum DeadManRuleSubject {}
/// The id of a rule about runs that must happen.
package typealias DeadManRuleID = Identifier<DeadManRuleSubject>

/// A run must have succeeded by each of these times, since the one before.
package struct SucceedBy: Codable, Sendable, Hashable, WireConstrained {
    /// The deadlines as a cron expression, for example `0 6 * * MON-FRI`.
    package var cron: String
    /// The time zone; UTC when absent.
    package var zone: String?
    /// The run must have ended no longer ago than this; since the deadline before when absent.
    package var withinSeconds: Int?
    /// Makes the value.
    package init(cron: String, zone: String? = nil, withinSeconds: Int? = nil) {
        self.cron = cron
        self.zone = zone
        self.withinSeconds = withinSeconds
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        ["cron": .length(1...1000), "zone": .length(1...64), "withinSeconds": .range(60...31_622_400)]
    }
}

/// A run must have succeeded at least every so often.
package struct SucceedEvery: Codable, Sendable, Hashable, WireConstrained {
    /// How often, for example `26h`.
    package var every: String
    /// Makes the value.
    package init(every: String) {
        self.every = every
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        ["every": .length(2...40)]
    }
}

/// A run takes longer than runs usually do.
package struct TakesLonger: Codable, Sendable, Hashable, WireConstrained {
    /// So many times as long as 95 of 100 runs that succeeded took; 1 when absent.
    package var times: Double?
    /// So many runs must have succeeded before; 20 when absent. The last 200 count.
    package var leastRuns: Int?
    /// Runs that are shorter than this are never too long; 10 when absent.
    package var leastSeconds: Int?
    /// Makes the value.
    package init(times: Double? = nil, leastRuns: Int? = nil, leastSeconds: Int? = nil) {
        self.times = times
        self.leastRuns = leastRuns
        self.leastSeconds = leastSeconds
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        ["leastRuns": .range(3...200), "leastSeconds": .range(0...604_800)]
    }
}

/// What must be: exactly one of `job` and `schedule`, and exactly one of the three rules.
package struct DeadManRuleDefinition: Codable, Sendable, Hashable, WireConstrained {
    /// The name; unique without regard to case.
    package var name: String
    /// All runs of this job count, by id, serial or name.
    package var job: String?
    /// Only runs that this schedule starts count, by id, serial or name.
    package var schedule: String?
    /// A run must have succeeded by certain times.
    package var succeedBy: SucceedBy?
    /// A run must have succeeded at least every so often.
    package var succeedEvery: SucceedEvery?
    /// A run takes longer than usual.
    package var takesLonger: TakesLonger?
    /// Makes the value.
    package init(
        name: String, job: String? = nil, schedule: String? = nil, succeedBy: SucceedBy? = nil, succeedEvery: SucceedEvery? = nil,
        takesLonger: TakesLonger? = nil
    ) {
        self.name = name
        self.job = job
        self.schedule = schedule
        self.succeedBy = succeedBy
        self.succeedEvery = succeedEvery
        self.takesLonger = takesLonger
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        ["name": .pattern("[A-Za-z0-9][A-Za-z0-9._ -]{0,127}"), "job": .length(1...200), "schedule": .length(1...200)]
    }
}

/// A rule to save.
package struct SaveDeadManRule: Codable, Sendable, Hashable {
    /// What must be.
    package var definition: DeadManRuleDefinition
    /// The revision that this change is based on; absent overwrites whatever is there.
    package var revision: Int?
    /// Makes the value.
    package init(definition: DeadManRuleDefinition, revision: Int? = nil) {
        self.definition = definition
        self.revision = revision
    }
}

/// The states of a rule.
package enum DeadManRuleState: String, WireEnum {
    /// All is well.
    case kept
    /// What must be is not.
    case broken
}

/// A rule about runs that must happen.
package struct DeadManRule: Codable, Sendable, Hashable {
    /// The id.
    package var id: DeadManRuleID
    /// Counts changes; send it back with an update.
    package var revision: Int
    /// What must be.
    package var definition: DeadManRuleDefinition
    /// The same in one sentence.
    package var words: String
    /// Whether it is so.
    package var state: DeadManRuleState
    /// Since when it is in this state.
    package var since: Timestamp
    /// What is wrong; absent when all is well.
    package var sentence: String?
    /// When a run that counts last succeeded.
    package var lastSuccessAt: Timestamp?
    /// When it could be broken next if nothing happens.
    package var nextCheckAt: Timestamp?
    /// When it was last changed.
    package var updatedAt: Timestamp
    /// Who changed it.
    package var updatedBy: String
    /// Makes the value.
    package init(
        id: DeadManRuleID, revision: Int, definition: DeadManRuleDefinition, words: String, state: DeadManRuleState, since: Timestamp,
        sentence: String? = nil, lastSuccessAt: Timestamp? = nil, nextCheckAt: Timestamp? = nil, updatedAt: Timestamp, updatedBy: String
    ) {
        self.id = id
        self.revision = revision
        self.definition = definition
        self.words = words
        self.state = state
        self.since = since
        self.sentence = sentence
        self.lastSuccessAt = lastSuccessAt
        self.nextCheckAt = nextCheckAt
        self.updatedAt = updatedAt
        self.updatedBy = updatedBy
    }
}

/// A time in which a rule was broken.
package struct DeadManAlert: Codable, Sendable, Hashable {
    /// The id.
    package var id: String
    /// The rule.
    package var rule: DeadManRuleID
    /// Its name.
    package var name: String
    /// What was wrong.
    package var sentence: String
    /// When it was broken.
    package var since: Timestamp
    /// When it recovered; absent while it is broken.
    package var until: Timestamp?
    /// Makes the value.
    package init(id: String, rule: DeadManRuleID, name: String, sentence: String, since: Timestamp, until: Timestamp? = nil) {
        self.id = id
        self.rule = rule
        self.name = name
        self.sentence = sentence
        self.since = since
        self.until = until
    }
}

/// Which alerts to list, the newest first.
package struct DeadManAlertQuery: Codable, Sendable, Hashable, WireConstrained {
    /// Only those that last, or only those that are over; all when absent.
    package var open: Bool?
    /// Only of this rule.
    package var rule: DeadManRuleID?
    /// At most so many items (1...500; default 50).
    package var limit: Int?
    /// The `next_cursor` of the page before.
    package var cursor: String?
    /// Makes the value.
    package init(open: Bool? = nil, rule: DeadManRuleID? = nil, limit: Int? = nil, cursor: String? = nil) {
        self.open = open
        self.rule = rule
        self.limit = limit
        self.cursor = cursor
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        ["limit": .range(1...500)]
    }
}
