import Contracts
import Foundation

/// Everything that the lease protocol remembers anywhere: in the database, in the workers, in the network, and at the targets. It is made of
/// bytes without gaps, so that a million of them can be told apart quickly.
struct LeaseState: Hashable {
    var workers = Three(WorkerState())
    var branches = Two(BranchRecord())
    /// How many more mishaps there may be.
    var mishaps: UInt8 = 0
    /// How many more branches may be cancelled.
    var cancels: UInt8 = 0
    /// How many more workers may be told to drain.
    var drains: UInt8 = 0
    /// What went wrong on the way; see `LeaseBreach`.
    var breach: UInt8 = 0
    private var filler: UInt32 = 0

    static func == (left: LeaseState, right: LeaseState) -> Bool {
        withUnsafeBytes(of: left) { left in
            withUnsafeBytes(of: right) { right in
                guard let left = left.baseAddress, let right = right.baseAddress else { return false }
                return memcmp(left, right, MemoryLayout<LeaseState>.size) == 0
            }
        }
    }

    func hash(into hasher: inout Hasher) { withUnsafeBytes(of: self) { hasher.combine(bytes: $0) } }
}

/// A branch as the database has it, and what happened to it at its target.
struct BranchRecord {
    /// The position of its state in `BranchState.allCases`.
    var state: UInt8 = 0
    /// The fencing token of the newest lease.
    var fence: UInt8 = 0
    /// The worker that has it, from 1; 0 for none.
    var holder: UInt8 = 0
    /// How many ticks the lease lasts by the service's clock.
    var left: UInt8 = 0
    /// The stored results.
    var steps = StepsRecord()
    /// How often each attempt of each step that may happen once was begun at the target: attempts 1 and 2 of step 1, then of step 2.
    var begun = Four()
    /// How often the end of each step was stored.
    var finished = Four()
    /// How often the end of the branch was stored.
    var ended: UInt8 = 0
    var filler: UInt8 = 0
}

/// The results of up to two steps.
struct StepsRecord {
    /// The step's state, of step 1 in the low half: a position in `StepState.allCases`.
    var states: UInt8 = 0
    /// The step's attempt, of step 1 in the low half.
    var attempts: UInt8 = 0

    func state(_ step: Int) -> Int { Int(states >> (step * 4)) & 15 }
    func attempt(_ step: Int) -> Int { Int(attempts >> (step * 4)) & 15 }

    mutating func set(_ step: Int, state: Int) { states = states & ~(15 << (step * 4)) | UInt8(state) << (step * 4) }
    mutating func set(_ step: Int, attempt: Int) { attempts = attempts & ~(15 << (step * 4)) | UInt8(attempt) << (step * 4) }
}

/// A worker: a process under one name. One that starts again has another name, so it is another worker.
struct WorkerState {
    /// What is to be reported.
    var outbox = Entries()
    /// The report that is under way.
    var report = Entries()
    /// A report that was taken for lost and sent again, but is still in the network.
    var copy = Entries()
    var life = Life.off
    var isStopped = false
    var isCutOff = false
    var isDraining = false
    /// The branch that it runs.
    var task = TaskState()
    /// Its call for work.
    var call = CallState()
    /// The number of its last report.
    var number: UInt8 = 0
    var reporting = Reporting.nothing
    /// The branches that the answer to the report says are not its own: the first is 1, the second 2.
    var revoked: UInt8 = 0
    /// The number of the copy.
    var copyNumber: UInt8 = 0
    /// The number of the last report of this worker that is stored.
    var noted: UInt8 = 0
    var filler: UInt8 = 0

    var isThere: Bool { life == .up && !isStopped }
    var isReachable: Bool { isThere && !isCutOff }

    enum Life: UInt8 { case off, up, gone }
    enum Reporting: UInt8 { case nothing, sent, answered, failed }
}

/// A leased branch in a worker's hands.
struct TaskState {
    var phase = Phase.none
    var branch: UInt8 = 0
    var fence: UInt8 = 0
    /// For how many ticks the worker may count on its lease, by its own clock.
    var hold: UInt8 = 0
    var isCancelled = false
    var steps = StepsRecord()
    var filler: UInt8 = 0

    enum Phase: UInt8 {
        case none
        /// It decides what is next.
        case ready
        /// A step that may happen once waits until it is stored that it begins.
        case storing
        /// The step may begin.
        case cleared
        /// The step runs at the target.
        case running
        /// Everything is told.
        case told
    }
}

/// A lease on its way to its worker. What the worker's call did before can be seen in its age only, so it is no state of its own.
struct CallState {
    var isAnswered = false
    /// How many ticks ago the worker asked, without those in which the service let it wait.
    var age: UInt8 = 0
    var branch: UInt8 = 0
    var fence: UInt8 = 0
    var steps = StepsRecord()
}

/// What a worker tells, in order; up to eight entries.
struct Entries {
    private(set) var bits: UInt64 = 0

    var isEmpty: Bool { bits == 0 }

    mutating func append(_ entry: Entry) {
        let used = (64 - bits.leadingZeroBitCount + 7) / 8
        bits |= UInt64(entry.code) << (used * 8)
    }

    init() {}

    init(_ entries: ArraySlice<Entry>) { for entry in entries { append(entry) } }

    var list: [Entry] {
        var (list, rest): ([Entry], UInt64) = ([], bits)
        while rest != 0 {
            list.append(Entry(code: UInt8(truncatingIfNeeded: rest)))
            rest >>= 8
        }
        return list
    }
}

/// One thing that a worker tells of a branch: under which token, and what.
struct Entry: Equatable {
    /// From the lowest bit: the branch (1), the token (3, never 0), the news (4).
    let code: UInt8

    init(code: UInt8) { self.code = code }

    init(_ task: TaskState, _ news: News) { code = task.branch | task.fence << 1 | news.code << 4 }

    var branch: Int { Int(code & 1) }
    var fence: UInt8 { code >> 1 & 7 }
    var news: News { News(code: code >> 4) }

    enum News: Equatable {
        case begins(step: Int, attempt: Int)
        case ends(step: Int, StepState)
        case over(BranchState)

        private static let steps: [StepState] = [.succeeded, .failed]
        private static let ends: [BranchState] = [.succeeded, .failed, .cancelled, .cancelUnconfirmed]

        init(code: UInt8) {
            let code = Int(code)
            self =
                switch code {
                case 0..<8: .begins(step: code / 4, attempt: code % 4 + 1)
                case 8..<12: .ends(step: (code - 8) / 2, Self.steps[code % 2])
                default: .over(Self.ends[code - 12])
                }
        }

        var code: UInt8 {
            switch self {
            case .begins(let step, let attempt): UInt8(step * 4 + attempt - 1)
            case .ends(let step, let state): UInt8(8 + step * 2 + (Self.steps.firstIndex(of: state) ?? 0))
            case .over(let state): UInt8(12 + (Self.ends.firstIndex(of: state) ?? 0))
            }
        }
    }
}

/// Four bytes.
struct Four {
    private var (a, b, c, d): (UInt8, UInt8, UInt8, UInt8) = (0, 0, 0, 0)

    subscript(index: Int) -> UInt8 {
        get { index == 0 ? a : index == 1 ? b : index == 2 ? c : d }
        set {
            switch index {
            case 0: a = newValue
            case 1: b = newValue
            case 2: c = newValue
            default: d = newValue
            }
        }
    }

    var most: UInt8 { max(a, b, c, d) }
}

/// Two of a kind.
struct Two<Element> {
    private var (a, b): (Element, Element)

    init(_ element: Element) { (a, b) = (element, element) }

    subscript(index: Int) -> Element {
        get { index == 0 ? a : b }
        set { if index == 0 { a = newValue } else { b = newValue } }
    }
}

/// Three of a kind.
struct Three<Element> {
    private var (a, b, c): (Element, Element, Element)

    init(_ element: Element) { (a, b, c) = (element, element, element) }

    subscript(index: Int) -> Element {
        get { index == 0 ? a : index == 1 ? b : c }
        set {
            switch index {
            case 0: a = newValue
            case 1: b = newValue
            default: c = newValue
            }
        }
    }
}
