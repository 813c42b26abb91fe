import Contracts
import Flow
import Vocabulary

/// How the steps that call jobs begin and end. They do nothing on the target themselves.
extension BranchRunner {
    /// Makes the values for the called job; when they cannot be, the step fails.
    func beginCall(_ position: Int, _ results: inout [StepResult]) async {
        do throws(StepMistake) {
            _ = try plan.arguments(ofCall: position + 1, results)
        } catch {
            return await end(position, .failed, error.cause, &results)
        }
        results[position].state = .running
        results[position].attempt = 1
        results[position].startedAt = results[position].startedAt ?? clock.now()
        await report(step: results[position])
    }

    /// Ends a call whose steps have all ended.
    func endCall(_ position: Int, _ succeeded: Bool, _ results: inout [StepResult]) async {
        var result = results[position]
        (result.state, result.endedAt) = (succeeded ? .succeeded : .failed, clock.now())
        if succeeded {
            do throws(StepMistake) {
                result.outputs = try plan.outputs(ofCall: position + 1, results)
            } catch {
                (result.state, result.cause) = (.failed, error.cause)
            }
        } else {
            result.cause = cause(ofCall: position + 1, results)
        }
        results[position] = result
        await report(step: result)
    }

    /// What is told of calls when the branch is left before their steps have ended.
    func leaveCalls(_ outcome: Outcome, _ results: inout [StepResult]) async {
        for position in results.indices.reversed() where results[position].state == .running && definition.steps[position].called != nil {
            switch outcome {
            case .givenUp: continue
            case .parked: results[position].state = .waiting
            case .ended(let end):
                (results[position].state, results[position].endedAt) = (StepState(leaving: end.state), clock.now())
                results[position].cause = end.cause
            }
            await report(step: results[position])
        }
    }

    private func cause(ofCall number: Int, _ results: [StepResult]) -> String? {
        let steps = definition.steps
        let failed = results.indices.filter { steps[$0].within == number && results[$0].state == .failed && steps[$0].onFailure != .ignore }
        guard let first = failed.first(where: { (steps[$0].onFailure ?? .stop) == .stop }) ?? failed.first else { return nil }
        let why = results[first].cause ?? results[first].exitCode.map { "exit code \($0)" } ?? "failed"
        return "Step \(first + 1) (\(steps.ownName(of: first))): \(why)"
    }
}

extension StepState {
    /// The state of a call whose branch was left in a state.
    fileprivate init(leaving state: BranchState) {
        switch state {
        case .lost: self = .lost
        case .cancelUnconfirmed: self = .cancelUnconfirmed
        case .cancelled: self = .cancelled
        default: self = .failed
        }
    }
}
