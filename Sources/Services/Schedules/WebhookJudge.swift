import Contracts
import Flow
import Vocabulary

/// Says what a message would do at a webhook, without doing it.
struct WebhookJudge: Sendable {
    let definition: WebhookDefinition
    /// Its job; nil when it was deleted.
    let job: TriggeredJob?

    /// What a message would do.
    struct Judgement: Sendable {
        var state: WebhookDeliveryState
        var reason: String?
        /// Whether the filter matches; nil when there is none or it cannot be told.
        var matches: Bool?
        var mapped = EventMapping.Result()
    }

    /// The judgement of a message.
    func judge(_ message: WebhookMessage) -> Judgement {
        guard let job else { return Judgement(state: .refused, reason: "The job \(definition.job) was deleted.") }
        let mapped = EventMapping(values: definition.run?.parameters ?? [:], job: job).read(message.tree)
        let matches: Bool?
        do throws(ExpressionError) {
            matches = try definition.filter.map { text throws(ExpressionError) in
                try Expression(parsing: text).isTrue(ExpressionValues(message.tree))
            }
        } catch {
            return Judgement(state: .refused, reason: "The filter cannot be told: \(error.description)", mapped: mapped)
        }
        if definition.enabled == false {
            return Judgement(state: .ignored, reason: "The webhook is disabled.", matches: matches, mapped: mapped)
        }
        if matches == false { return Judgement(state: .ignored, reason: "The filter does not match.", matches: false, mapped: mapped) }
        if let mistake = mapped.mistake { return Judgement(state: .refused, reason: mistake, matches: matches, mapped: mapped) }
        return Judgement(state: .started, matches: matches, mapped: mapped)
    }

    /// What the job is run with.
    func run(_ judgement: Judgement) -> RunJob { (definition.run ?? TriggeredRun()).run(with: judgement.mapped.given) }
}

extension TriggeredRun {
    /// What the job is run with, with these values.
    func run(with values: [String: JSONValue]) -> RunJob {
        RunJob(parameters: values, targets: targets, maxParallel: maxParallel, priority: priority, locks: locks)
    }
}
