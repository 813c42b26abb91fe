import Vocabulary

/// What a `RuleFiringID` names.
package enum RuleFiringSubject {}
/// A firing's id.
package typealias RuleFiringID = Identifier<RuleFiringSubject>

/// What a rule does about an event.
package enum RuleFiringState: String, WireEnum {
    /// Its run is being started.
    case due
    /// It started a run.
    case fired
    /// It started nothing, as it says itself: cooldown, throttle or a loop.
    case suppressed
    /// No run could be started; the reason says why.
    case failed
}

/// An event that a rule is about, and what it did; there is one for each rule and event.
package struct RuleFiring: Codable, Sendable, Hashable {
    /// The id.
    package var id: RuleFiringID
    /// The rule.
    package var rule: EventRuleID
    /// Its serial.
    package var serial: String
    /// Its name.
    package var name: String
    /// What happened, in a sentence, for example `J20260001.0001 of deploy failed.`
    package var event: String
    /// When it happened.
    package var at: Timestamp
    /// What the rule did.
    package var state: RuleFiringState
    /// Why, in a sentence, unless it simply fired.
    package var reason: String?
    /// The serial of the run that it started.
    package var execution: String?
    /// The serial of the run that it is about; absent when it is not about one.
    package var about: String?
    /// When it came to that state.
    package var decidedAt: Timestamp
    /// Makes the value.
    package init(
        id: RuleFiringID, rule: EventRuleID, serial: String, name: String, event: String, at: Timestamp, state: RuleFiringState,
        reason: String? = nil, execution: String? = nil, about: String? = nil, decidedAt: Timestamp
    ) {
        self.id = id
        self.rule = rule
        self.serial = serial
        self.name = name
        self.event = event
        self.at = at
        self.state = state
        self.reason = reason
        self.execution = execution
        self.about = about
        self.decidedAt = decidedAt
    }
}

/// Which firings to list, the newest first.
package struct RuleFiringQuery: Codable, Sendable, Hashable, WireConstrained {
    /// Only of this rule, by id, serial or name.
    package var rule: String?
    /// Only in this state.
    package var state: RuleFiringState?
    /// At most so many items (1...500; default 50).
    package var limit: Int?
    /// The `next_cursor` of the page before.
    package var cursor: String?
    /// Makes the value.
    package init(rule: String? = nil, state: RuleFiringState? = nil, limit: Int? = nil, cursor: String? = nil) {
        self.rule = rule
        self.state = state
        self.limit = limit
        self.cursor = cursor
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        ["rule": .length(1...200), "limit": .range(1...500)]
    }
}

/// Rules to create or update by name.
package struct ApplyEventRules: Codable, Sendable, Hashable {
    /// YAML texts with the names of their files, for messages; one text may hold several documents.
    package var files: [ApplyFile]
    /// Whether to only say what would change.
    package var dryRun: Bool?
    /// Makes the value.
    package init(files: [ApplyFile], dryRun: Bool? = nil) {
        self.files = files
        self.dryRun = dryRun
    }
}

/// What was done with one rule.
package struct AppliedEventRule: Codable, Sendable, Hashable {
    /// The file that it came from.
    package var file: String
    /// The rule's name.
    package var name: String
    /// What was done.
    package var action: ApplyAction
    /// The rule's serial; absent in a dry run of a new one.
    package var serial: String?
    /// What changed, for example `on.execution.job`.
    package var changes: [String]
    /// What is wrong with it.
    package var errors: [ProblemPlace]
    /// Makes the value.
    package init(file: String, name: String, action: ApplyAction, serial: String? = nil, changes: [String], errors: [ProblemPlace]) {
        self.file = file
        self.name = name
        self.action = action
        self.serial = serial
        self.changes = changes
        self.errors = errors
    }
}

/// What applying did. Nothing was saved if any rule is refused.
package struct ApplyEventRulesReceipt: Codable, Sendable, Hashable {
    /// Whether the changes were made.
    package var applied: Bool
    /// Every rule in order.
    package var rules: [AppliedEventRule]
    /// Makes the value.
    package init(applied: Bool, rules: [AppliedEventRule]) {
        self.applied = applied
        self.rules = rules
    }
}
