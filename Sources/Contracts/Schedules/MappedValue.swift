import Vocabulary

/// Where the value of a parameter comes from: exactly one of `from` and `value`.
package struct MappedValue: Codable, Sendable, Hashable, WireConstrained {
    /// A path into what came: `body.repository.name`, `body.commits[0].id` or `headers.x-github-event` of a message, `event.job` of an event.
    /// docs/webhooks.md has the language.
    package var from: String?
    /// A constant.
    package var value: JSONValue?
    /// The value when there is nothing at the path.
    package var `default`: JSONValue?
    /// Makes the value.
    package init(from: String? = nil, value: JSONValue? = nil, default: JSONValue? = nil) {
        self.from = from
        self.value = value
        self.default = `default`
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        ["from": .length(1...1000)]
    }
}

/// What a webhook or a rule runs its job with.
package struct TriggeredRun: Codable, Sendable, Hashable, WireConstrained {
    /// Where values come from, by parameter name.
    package var parameters: [String: MappedValue]?
    /// The targets' filter; the job's own when absent.
    package var targets: String?
    /// Most branches at a time; the job's own when absent.
    package var maxParallel: Int?
    /// How urgent it is; as the job says when absent.
    package var priority: RunPriority?
    /// Names that only one run at a time may hold, besides those of the job.
    package var locks: [String]?
    /// Makes the value.
    package init(
        parameters: [String: MappedValue]? = nil, targets: String? = nil, maxParallel: Int? = nil, priority: RunPriority? = nil,
        locks: [String]? = nil
    ) {
        self.parameters = parameters
        self.targets = targets
        self.maxParallel = maxParallel
        self.priority = priority
        self.locks = locks
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        [
            "parameters": .count(0...100), "targets": .length(0...4000), "maxParallel": .range(1...10000), "locks": .count(0...20),
        ]
    }
}
