import Foundation
import Synchronization

/// A thread of its own for one connection. It runs the jobs given to it one after the other, in the order they came.
final class PinnedThread: TaskExecutor {
    private struct Jobs {
        var waiting: [UnownedJob] = []
        var isAsleep = false
        var isEnding = false
    }

    /// What the thread shares with its owner; the thread keeps it alive until it ends.
    private final class Inbox: Sendable {
        let jobs = Mutex(Jobs())
        let bell = DispatchSemaphore(value: 0)

        func change(_ change: (inout sending Jobs) -> Void) {
            let wasAsleep = jobs.withLock { jobs in
                change(&jobs)
                defer { jobs.isAsleep = false }
                return jobs.isAsleep
            }
            if wasAsleep { bell.signal() }
        }

        /// The jobs that came since the last call, after waiting for at least one; nil at the end.
        func next() -> [UnownedJob]? {
            while true {
                let batch: [UnownedJob]? = jobs.withLock { jobs in
                    if jobs.waiting.isEmpty {
                        if jobs.isEnding { return nil }
                        jobs.isAsleep = true
                        return []
                    }
                    defer { jobs.waiting = [] }
                    return jobs.waiting
                }
                guard let batch else { return nil }
                if !batch.isEmpty { return batch }
                bell.wait()
            }
        }
    }

    private let inbox = Inbox()

    /// Starts the thread; `name` shows in debuggers.
    init(name: String) {
        let executor = asUnownedTaskExecutor()
        let thread = Thread { [inbox] in
            while let batch = inbox.next() {
                for job in batch { job.runSynchronously(on: executor) }
            }
        }
        thread.name = name
        thread.stackSize = 1 << 20
        thread.start()
    }

    deinit { end() }

    /// Puts a job at the end of the line.
    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        inbox.change { $0.waiting.append(job) }
    }

    /// Lets the thread end once its jobs are done.
    func end() { inbox.change { $0.isEnding = true } }
}
