import Vocabulary

/// What other services are told of schedules; the kinds of their news items.
package enum ScheduleNews {
    /// Nobody was there for an instant; the payload is an `Occurrences`.
    package static let missed = "occurrence.missed"
    /// An instant was skipped; the payload is an `Occurrences`.
    package static let skipped = "occurrence.skipped"
    /// No run could be started; the payload is an `Occurrences`.
    package static let failed = "occurrence.failed_to_start"
    /// A dead-man rule was broken; the payload is a `Rule`.
    package static let ruleBroken = "dead_man.broken"
    /// A dead-man rule is kept again; the payload is a `Rule`.
    package static let ruleRecovered = "dead_man.recovered"

    /// Occurrences that ended in the same way at the same time.
    package struct Occurrences: Codable, Sendable, Hashable {
        /// The occurrences.
        package var occurrences: [Occurrence]
        /// Makes the value.
        package init(occurrences: [Occurrence]) { self.occurrences = occurrences }
    }

    /// A rule and the time in which it was broken.
    package struct Rule: Codable, Sendable, Hashable {
        /// The rule as it is now.
        package var rule: DeadManRule
        /// The alert; it has an end when the rule recovered.
        package var alert: DeadManAlert
        /// The serial of the job that it is about; absent when that is gone.
        package var job: String?
        /// Makes the value.
        package init(rule: DeadManRule, alert: DeadManAlert, job: String? = nil) {
            self.rule = rule
            self.alert = alert
            self.job = job
        }
    }
}
