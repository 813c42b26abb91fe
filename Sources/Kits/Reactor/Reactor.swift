import CEpoll
import Glibc
import Synchronization

/// One thread with epoll, timers and a queue of jobs. It is the executor of the actors that own C handles and may be
/// the preferred executor of the tasks that talk to them, so that no thread is crossed on the way.
///
/// Handlers and timers run on the reactor's thread, where `actor.assumeIsolated` holds for its actors. Nothing on it may block.
///
/// `@unchecked Sendable`: `queue` and `isAsleep` are safe from everywhere; all other variables are touched by the reactor's thread
/// alone, which `checkIsolated` proves at every door.
package final class Reactor: SerialExecutor, TaskExecutor, @unchecked Sendable {
    private enum Job {
        case swift(UnownedJob)
        case plain(@Sendable () -> Void)
    }
    private struct Queue {
        var jobs: [Job] = []
        var isStopping = false
    }

    private let epoll: Int32
    private let wakeUp: Int32
    private let queue = Mutex(Queue())
    private let isAsleep = Atomic<Bool>(false)
    private let thread = Mutex<pthread_t?>(nil)
    private let threadId = Atomic<UInt>(0)
    private var watches: WatchTable
    private var timers = TimerHeap()
    /// 64 KiB that code on the reactor's thread may use between two suspensions.
    package let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)

    /// Starts the thread; it runs until `stop()`.
    package init() {
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        wakeUp = eventfd(0, Int32(EFD_NONBLOCK) | Int32(EFD_CLOEXEC))
        watches = WatchTable(epoll: epoll)
        var event = epoll_event()
        event.events = EPOLLIN.rawValue
        event.data.u64 = .max
        epoll_ctl(epoll, EPOLL_CTL_ADD, wakeUp, &event)
        let me = Unmanaged.passRetained(self)
        var started = pthread_t()
        let code = pthread_create(
            &started, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Reactor>.fromOpaque(argument).takeRetainedValue().live()
                return nil
            }, me.toOpaque())
        precondition(code == 0 && epoll >= 0 && wakeUp >= 0, "the system has no thread or descriptor left for a reactor")
        thread.withLock { $0 = started }
    }

    deinit {
        close(epoll)
        close(wakeUp)
        scratch.deallocate()
    }

    /// Ends the thread after the jobs queued so far. Whatever lives on the reactor was closed before: later jobs never run.
    /// Not from the reactor's own thread.
    package func stop() {
        guard let running = thread.withLock({ $0.take() }) else { return }
        queue.withLock { $0.isStopping = true }
        var one: UInt64 = 1
        write(wakeUp, &one, 8)
        pthread_join(running, nil)
    }

    // MARK: Executor

    /// See `SerialExecutor`.
    package func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }
    /// See `TaskExecutor`.
    package func asUnownedTaskExecutor() -> UnownedTaskExecutor { UnownedTaskExecutor(ordinary: self) }
    /// See `SerialExecutor`.
    package func checkIsolated() { precondition(isCurrent, "not on the reactor's thread") }
    /// See `SerialExecutor`.
    package func isIsolatingCurrentContext() -> Bool? { isCurrent }
    /// See `Executor`.
    package func enqueue(_ job: consuming ExecutorJob) { push(.swift(UnownedJob(job))) }
    /// Runs a closure on the reactor's thread soon; callable from everywhere.
    package func submit(_ body: @escaping @Sendable () -> Void) { push(.plain(body)) }
    /// Whether the caller runs on the reactor's thread.
    package var isCurrent: Bool { UInt(pthread_self()) == threadId.load(ordering: .relaxed) }

    private func push(_ job: Job) {
        queue.withLock { $0.jobs.append(job) }
        guard !isCurrent, isAsleep.exchange(false, ordering: .sequentiallyConsistent) else { return }
        var one: UInt64 = 1
        write(wakeUp, &one, 8)
    }

    // MARK: Descriptors and timers, on the reactor's thread only

    /// Watches a descriptor, level-triggered, until `unwatch`. It replaces an earlier watch of the same descriptor.
    package func watch(_ descriptor: Int32, for interest: Readiness, _ handler: @escaping (Readiness) -> Void) {
        checkIsolated()
        watches.insert(descriptor, interest, handler)
    }

    /// Changes what a descriptor is watched for; nothing at all parks it.
    package func change(_ descriptor: Int32, to interest: Readiness) { watches.change(descriptor, to: interest) }

    /// Ends a watch. Always before the descriptor is closed, because its number is given away again at once.
    package func unwatch(_ descriptor: Int32) {
        checkIsolated()
        watches.remove(descriptor)
    }

    /// Runs a closure at a moment or shortly after; returns a number for `cancelTimer`.
    package func timer(at due: Moment, _ body: @escaping () -> Void) -> UInt64 {
        checkIsolated()
        return timers.insert(due: due, body)
    }

    /// Forgets a timer; nothing happens if it has run.
    package func cancelTimer(_ id: UInt64) {
        checkIsolated()
        timers.cancel(id)
    }

    // MARK: The thread

    private func live() {
        threadId.store(UInt(pthread_self()), ordering: .relaxed)
        // Signals belong to the main thread; it also keeps SIGPIPE of libraries that write to closed sockets from ending the process.
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, nil)
        var events = [epoll_event](repeating: epoll_event(), count: 256)
        var batch: [Job] = []
        while true {
            // Jobs make jobs: a few rounds of them go without a look at the descriptors, which costs a system call.
            for _ in 0..<16 {
                let isStopping = queue.withLock { queue in
                    swap(&queue.jobs, &batch)
                    return queue.isStopping
                }
                if batch.isEmpty && !isStopping { break }
                run(&batch)
                if isStopping { return }
            }
            while let body = timers.takeDue(at: .now()) { body() }
            isAsleep.store(true, ordering: .sequentiallyConsistent)
            let count = epoll_wait(epoll, &events, Int32(events.count), patience())
            isAsleep.store(false, ordering: .sequentiallyConsistent)
            for index in 0..<Int(max(count, 0)) { dispatch(events[index]) }
        }
    }

    private func run(_ batch: inout [Job]) {
        for job in batch {
            switch job {
            case .swift(let job):
                job.runSynchronously(isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
            case .plain(let body): body()
            }
        }
        batch.removeAll(keepingCapacity: batch.count < 4096)
    }

    private func dispatch(_ event: epoll_event) {
        if event.data.u64 == .max {
            var count: UInt64 = 0
            read(wakeUp, &count, 8)
        } else if let handler = watches.handler(for: event.data.u64) {
            handler(Readiness(rawValue: event.events))
        }
    }

    /// Milliseconds to wait for events: none while there are jobs, else until the next timer.
    private func patience() -> Int32 {
        if queue.withLock({ !$0.jobs.isEmpty || $0.isStopping }) { return 0 }
        guard let due = timers.nextDue() else { return -1 }
        let now = Moment.now()
        return due <= now ? 0 : Int32(clamping: min((due.nanoseconds - now.nanoseconds) / 1_000_000 + 1, 60_000))
    }
}
