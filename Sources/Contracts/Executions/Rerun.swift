import Vocabulary

/// Which targets to run again on.
package enum RerunScope: String, WireEnum {
    case all
    /// Those that did not succeed.
    case failed
}

/// What to run again.
package struct RerunExecution: Codable, Sendable, WireConstrained {
    /// On which targets.
    package var scope: RerunScope
    /// Whether each target goes on where it failed: the results of the steps that went well before stay. Only for failed targets; false when
    /// absent.
    package var resume: Bool?
    /// What confirms that production may be touched: the number of targets or the name of the job.
    package var confirm: String?
    /// Makes the value.
    package init(scope: RerunScope, resume: Bool? = nil, confirm: String? = nil) {
        self.scope = scope
        self.resume = resume
        self.confirm = confirm
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] { ["confirm": .length(0...200)] }
}
