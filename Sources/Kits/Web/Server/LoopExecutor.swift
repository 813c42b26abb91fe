import NIOCore

/// Runs tasks on the thread of an event loop, so that a request is handled where its connection is read and written: no other thread
/// has to be woken for it. What computes for long belongs elsewhere (`Endpoint.isLong`), for it holds up the loop's connections.
final class LoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    init(_ loop: any EventLoop) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
