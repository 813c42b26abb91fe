import CEpoll
import Glibc

/// How a child process ended.
package enum ChildExit: Sendable, Hashable {
    /// By itself, with this code (0...255).
    case code(Int)
    /// By this signal.
    case signal(Int)

    fileprivate init(waitStatus: Int32) {
        let signal = Int(waitStatus & 0x7f)
        self = signal == 0 ? .code(Int(waitStatus >> 8 & 0xff)) : .signal(signal)
    }
}

extension Reactor {
    /// Runs `body` on the reactor's thread once the child has ended, after reaping it. Nobody else may wait for that child.
    package func onExit(of child: pid_t, _ body: @escaping (ChildExit) -> Void) {
        let descriptor = pidfd_open(child, 0)
        guard descriptor >= 0 else { return poll(child, body) }
        watch(descriptor, for: .readable) { [weak self] _ in
            guard let self, let exit = reap(child) else { return }
            unwatch(descriptor)
            close(descriptor)
            body(exit)
        }
    }

    /// For a process that is out of descriptors: asks every 20 ms.
    private func poll(_ child: pid_t, _ body: @escaping (ChildExit) -> Void) {
        _ = timer(at: .now() + .milliseconds(20)) { [weak self] in
            guard let self else { return }
            if let exit = reap(child) { body(exit) } else { poll(child, body) }
        }
    }

    private func reap(_ child: pid_t) -> ChildExit? {
        var status: Int32 = 0
        while true {
            let result = waitpid(child, &status, WNOHANG)
            if result == child { return ChildExit(waitStatus: status) }
            if result == 0 { return nil }
            if errno != EINTR { return .code(255) }
        }
    }
}
