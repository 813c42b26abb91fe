/// Something that happens in the lease protocol. Workers and branches count from 0 here, and from 1 in sentences.
enum LeaseMove {
    case tick
    case starts(Int)
    case leases(Int, branch: Int, age: Int)
    case leaseComes(Int)
    case decides(Int)
    case begins(Int)
    case stepEnds(Int, isSuccess: Bool)
    case ends(Int, isProved: Bool)
    case reports(Int)
    case reportArrives(Int)
    case copyArrives(Int)
    case answerComes(Int)
    case sendsAgain(Int)
    case beats(Int)
    case leaves(Int)
    case goesOn(Int)
    case isReachable(Int)
    case rescues(Int)
    case cancels(Int)
    case drains(Int)
    case drainIsOver(Int)
    case dies(Int)
    case stops(Int)
    case isCutOff(Int)
    case leaseIsLost(Int)
    case reportIsLost(Int)
    case reportIsLate(Int)
    case answerIsLost(Int)
    case beatIsLost(Int)
    case serviceRestarts

    /// Whether it happens only by mishap or by somebody's wish.
    var isMishap: Bool {
        switch self {
        case .cancels, .drains, .drainIsOver, .dies, .stops, .isCutOff, .leaseIsLost, .reportIsLost, .reportIsLate,
            .answerIsLost, .beatIsLost, .serviceRestarts:
            true
        default: false
        }
    }

    /// What happens.
    var sentence: String {
        switch self {
        case .tick: "A tick of time goes by."
        case .starts(let worker): "Worker \(worker + 1) starts."
        case .leases(let worker, let branch, let age):
            "Branch \(branch + 1) is leased to worker \(worker + 1), whose call was \(age) ticks on its way."
        case .leaseComes(let worker): "Worker \(worker + 1) gets its lease."
        case .decides(let worker): "Worker \(worker + 1) looks what is next."
        case .begins(let worker): "The step of worker \(worker + 1) begins at the target."
        case .stepEnds(let worker, let isSuccess): "The step of worker \(worker + 1) \(isSuccess ? "succeeds" : "fails")."
        case .ends(let worker, let isProved):
            "Worker \(worker + 1) ends what it runs\(isProved ? ", and proves it" : ", and cannot prove it")."
        default: callSentence
        }
    }

    private var callSentence: String {
        switch self {
        case .reports(let worker): "Worker \(worker + 1) sends a report."
        case .reportArrives(let worker): "The report of worker \(worker + 1) arrives."
        case .copyArrives(let worker): "An older copy of a report of worker \(worker + 1) arrives."
        case .answerComes(let worker): "Worker \(worker + 1) reads the answer to its report."
        case .sendsAgain(let worker): "Worker \(worker + 1) sends its report again."
        case .beats(let worker): "A heartbeat of worker \(worker + 1) gets through."
        case .leaves(let worker): "Worker \(worker + 1) has drained and leaves."
        case .goesOn(let worker): "Worker \(worker + 1) goes on after it was stopped."
        case .isReachable(let worker): "Worker \(worker + 1) can be reached again."
        case .rescues(let branch): "Branch \(branch + 1) is rescued."
        case .cancels(let branch): "Branch \(branch + 1) is cancelled."
        case .drains(let worker): "Worker \(worker + 1) is told to drain."
        default: mishapSentence
        }
    }

    private var mishapSentence: String {
        switch self {
        case .drainIsOver(let worker): "The drain time of worker \(worker + 1) is over, and it leaves with what it runs."
        case .dies(let worker): "Worker \(worker + 1) dies."
        case .stops(let worker): "Worker \(worker + 1) is stopped for a while."
        case .isCutOff(let worker): "Worker \(worker + 1) is cut off."
        case .leaseIsLost(let worker): "The lease is lost on its way to worker \(worker + 1)."
        case .reportIsLost(let worker): "The report of worker \(worker + 1) is lost."
        case .reportIsLate(let worker): "Worker \(worker + 1) takes its report for lost, but it is only late."
        case .answerIsLost(let worker): "The answer to the report of worker \(worker + 1) is lost."
        case .beatIsLost(let worker): "A heartbeat of worker \(worker + 1) arrives, but its answer is lost."
        case .serviceRestarts: "The service restarts, and every call that it had not answered fails."
        default: ""
        }
    }
}
