import Contracts
import Flow
import Vocabulary
import Web

extension WebhookOperations {
    /// What a webhook may say, with the name of its job in it.
    /// - Throws: `EventError.invalid` with all mistakes.
    func checked(_ definition: WebhookDefinition) async throws -> (WebhookDefinition, ScheduledJob) {
        guard let job = try await room.job(definition.job) else { throw EventChecks.noJob(definition.job, .webhook) }
        var places = Self.mistakes(in: definition)
        places += EventMapping(values: definition.run?.parameters ?? [:], job: job).mistakes(roots: WebhookMessage.roots)
        if places.isEmpty { places = try await EventChecks(room: room).launchMistakes(definition.run, of: job, choosesTargets: false) }
        guard places.isEmpty else { throw EventError.invalid(.webhook, places) }
        var next = definition
        next.job = job.job.name
        return (next, job.job)
    }

    private static func mistakes(in definition: WebhookDefinition) -> [ProblemPlace] {
        var places: [ProblemPlace] = []
        if definition.signatureHeader != nil, definition.format != .stripe {
            places.append(
                ProblemPlace("Only the format stripe has its signature in a header of any name.", pointer: "#/definition/signature_header"))
        }
        if let path = definition.deliveryId, let mistake = EventMapping.mistake(inPath: path, roots: WebhookMessage.roots) {
            places.append(ProblemPlace(mistake, pointer: "#/definition/delivery_id"))
        }
        if let filter = definition.filter,
            let place = EventCondition.mistake(
                in: filter, names: WebhookMessage.roots, open: Set(WebhookMessage.roots), at: "#/definition/filter")
        {
            places.append(place)
        }
        for (index, mask) in (definition.masks ?? []).enumerated() {
            let pointer = "#/definition/masks/\(index)"
            if !WebhookMessage.roots.contains(where: { mask == $0 || mask.hasPrefix($0 + ".") || mask.hasPrefix($0 + "[") }) {
                places.append(ProblemPlace("A path begins with body or headers, as in body.password.", pointer: pointer))
            } else {
                do throws(ValuePathError) { _ = try ValueMask([mask]) } catch {
                    places.append(ProblemPlace(error.description, pointer: pointer))
                }
            }
        }
        return places
    }
}

/// What webhooks and rules have in common when they are checked.
struct EventChecks: Sendable {
    let room: EventsRoom

    /// There is no such job.
    static func noJob(_ job: String, _ noun: EventError.Noun) -> EventError {
        .invalid(noun, [ProblemPlace("There is no job \(job.prefix(200)).", pointer: "#/definition/job")])
    }

    /// What Jobs says against a launch, with the pointers of a definition.
    func launchMistakes(_ run: TriggeredRun?, of job: TriggeredJob, choosesTargets: Bool) async throws -> [ProblemPlace] {
        let values = run?.parameters ?? [:]
        let constants = values.compactMapValues(\.value)
        var wish = (run ?? TriggeredRun()).run(with: constants)
        // The targets come with the event.
        if choosesTargets { wish.targets = "all" }
        do {
            _ = try await room.peer.call(
                JobsAPI.checkLaunch, [:],
                CheckLaunch(job: job.job.id.text, run: wish, later: values.filter { $0.value.value == nil }.map(\.key)),
                as: EventsRoom.caller)
            return []
        } catch let problem as Problem where problem.status < 500 {
            guard let errors = problem.errors else { return [ProblemPlace(problem.detail, pointer: "#/definition/run")] }
            return errors.map { place in
                var place = place
                place.pointer = "#/definition/run" + (place.pointer ?? "#").dropFirst()
                return place
            }
        }
    }
}
