import Vocabulary

/// What an `EventRuleID` names.
package enum EventRuleSubject {}
/// The id of a rule about events.
package typealias EventRuleID = Identifier<EventRuleSubject>

/// An execution ends.
package struct ExecutionEnds: Codable, Sendable, Hashable, WireConstrained {
    /// Only of this job, by id, serial or name; in answers its name. Of every job when absent.
    package var job: String?
    /// Only in these states; failed and lost when absent.
    package var states: [ExecutionState]?
    /// Makes the value.
    package init(job: String? = nil, states: [ExecutionState]? = nil) {
        self.job = job
        self.states = states
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        ["job": .length(1...200), "states": .count(1...8)]
    }
}

/// A target's health changes.
package struct TargetTurns: Codable, Sendable, Hashable, WireConstrained {
    /// What it becomes.
    package var to: [HealthState]
    /// Makes the value.
    package init(to: [HealthState]) { self.to = to }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        ["to": .count(1...4)]
    }
}

/// How an instant of a schedule can pass without a run.
package enum ScheduleFault: String, WireEnum {
    /// Nobody was there.
    case missed
    /// It started nothing, as its overlap policy or a calendar says.
    case skipped
    /// No run could be started.
    case failed = "failed_to_start"
}

/// A schedule misses an occurrence.
package struct ScheduleFails: Codable, Sendable, Hashable, WireConstrained {
    /// Only of this schedule, by id, serial or name; in answers its name. Of every schedule when absent.
    package var schedule: String?
    /// How; missed and failed to start when absent.
    package var how: [ScheduleFault]?
    /// Makes the value.
    package init(schedule: String? = nil, how: [ScheduleFault]? = nil) {
        self.schedule = schedule
        self.how = how
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        ["schedule": .length(1...200), "how": .count(1...3)]
    }
}

/// On what a rule acts: exactly one of the three.
package struct RuleEvent: Codable, Sendable, Hashable {
    /// An execution ends.
    package var execution: ExecutionEnds?
    /// A target's health changes.
    package var target: TargetTurns?
    /// A schedule misses an occurrence.
    package var schedule: ScheduleFails?
    /// Makes the value.
    package init(execution: ExecutionEnds? = nil, target: TargetTurns? = nil, schedule: ScheduleFails? = nil) {
        self.execution = execution
        self.target = target
        self.schedule = schedule
    }
}

/// Targets that a rule takes from the event.
package enum RuleTargets: String, WireEnum {
    /// Those on which the execution did not succeed.
    case failed
    /// All targets of the execution, or the one whose health changed.
    case same
}

/// How often a rule may act.
package struct RuleThrottle: Codable, Sendable, Hashable, WireConstrained {
    /// At most so many runs.
    package var most: Int
    /// In so many seconds.
    package var seconds: Int
    /// Makes the value.
    package init(most: Int, seconds: Int) {
        self.most = most
        self.seconds = seconds
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        ["most": .range(1...1000), "seconds": .range(1...604_800)]
    }
}

/// What a rule says. The YAML has the same fields in snake_case.
package struct EventRuleDefinition: Codable, Sendable, Hashable, WireConstrained {
    /// The name; unique without regard to case.
    package var name: String
    /// What it is for.
    package var description: String?
    /// Whether it acts; true when absent.
    package var enabled: Bool?
    /// On what it acts.
    package var on: RuleEvent
    /// An expression over `event` that must be true too, for example `event.counts.failed > 3`; docs/rules.md lists what there is.
    package var when: String?
    /// The job that it runs, by id, serial or name; in answers its name.
    package var job: String
    /// Targets from the event; those of `run.targets`, or of the job, when absent.
    package var targets: RuleTargets?
    /// What the job is run with.
    package var run: TriggeredRun?
    /// So many seconds after it acted on a job, target or schedule it does not act on the same one again; 0 when absent.
    package var cooldownSeconds: Int?
    /// How often it may act in all; 20 in 300 seconds when absent.
    package var throttle: RuleThrottle?
    /// So many rules may have led to the run that it acts on; 2 when absent. It never acts on runs that it led to itself.
    package var longestChain: Int?
    /// Makes the value.
    package init(
        name: String, description: String? = nil, enabled: Bool? = nil, on: RuleEvent, when: String? = nil, job: String,
        targets: RuleTargets? = nil, run: TriggeredRun? = nil, cooldownSeconds: Int? = nil, throttle: RuleThrottle? = nil,
        longestChain: Int? = nil
    ) {
        self.name = name
        self.description = description
        self.enabled = enabled
        self.on = on
        self.when = when
        self.job = job
        self.targets = targets
        self.run = run
        self.cooldownSeconds = cooldownSeconds
        self.throttle = throttle
        self.longestChain = longestChain
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        [
            "name": .pattern("[A-Za-z0-9][A-Za-z0-9._ -]{0,127}"), "description": .length(0...4000), "when": .length(0...4000),
            "job": .length(1...200), "cooldownSeconds": .range(0...2_592_000), "longestChain": .range(0...10),
        ]
    }
}

/// A rule to save.
package struct SaveEventRule: Codable, Sendable, Hashable {
    /// What it is to say.
    package var definition: EventRuleDefinition
    /// The revision that this change is based on; absent overwrites whatever is there.
    package var revision: Int?
    /// Makes the value.
    package init(definition: EventRuleDefinition, revision: Int? = nil) {
        self.definition = definition
        self.revision = revision
    }
}

/// A rule about events.
package struct EventRule: Codable, Sendable, Hashable {
    /// The id.
    package var id: EventRuleID
    /// The serial for people, for example `R20260001`.
    package var serial: String
    /// Counts changes; send it back with an update.
    package var revision: Int
    /// What it says.
    package var definition: EventRuleDefinition
    /// The job that it runs.
    package var job: ScheduledJob
    /// The same in one sentence.
    package var words: String
    /// What it last did, or did not do; absent when nothing happened yet.
    package var last: RuleFiring?
    /// Who answers for what it starts: whoever saved it last.
    package var owner: ScheduleOwner
    /// When it was added.
    package var createdAt: Timestamp
    /// When it was last changed.
    package var updatedAt: Timestamp
    /// Makes the value.
    package init(
        id: EventRuleID, serial: String, revision: Int, definition: EventRuleDefinition, job: ScheduledJob, words: String,
        last: RuleFiring? = nil, owner: ScheduleOwner, createdAt: Timestamp, updatedAt: Timestamp
    ) {
        self.id = id
        self.serial = serial
        self.revision = revision
        self.definition = definition
        self.job = job
        self.words = words
        self.last = last
        self.owner = owner
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}
