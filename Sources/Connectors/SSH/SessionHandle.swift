import CLibSSH
import Glibc
import Reactor

/// Owner of a libssh session and its socket. Whoever forgets to close leaves that to the last reference: the remains are then
/// released on the reactor's thread.
///
/// `@unchecked Sendable`: the reactor's thread alone uses it; `deinit` only hands the raw pointers over to that thread.
final class SessionHandle: @unchecked Sendable {
    /// The pointers, free of any owner. `@unchecked Sendable`: made in `deinit`, when nobody else has them, and used on the reactor's thread alone.
    private struct Remains: @unchecked Sendable {
        var session: ssh_session?
        var event: ssh_event?
        var counter: UnsafeMutablePointer<ssh_counter_struct>?
        var descriptor: Int32 = -1

        func release(on reactor: Reactor) {
            if descriptor >= 0 { reactor.unwatch(descriptor) }
            if let session {
                if let event {
                    ssh_event_remove_session(event, session)
                    ssh_event_free(event)
                }
                // libssh closes the socket when the peer hangs up, but never on its own disconnect; by then the number may be another's.
                let isOurs = descriptor >= 0 && ssh_get_fd(session) == descriptor
                let inode = Self.inode(descriptor)
                ssh_disconnect(session)
                ssh_free(session)
                if isOurs, Self.inode(descriptor) == inode { close(descriptor) }
            } else if descriptor >= 0 {
                close(descriptor)
            }
            counter?.deallocate()
        }

        private static func inode(_ descriptor: Int32) -> ino_t {
            var status = stat()
            return descriptor >= 0 && fstat(descriptor, &status) == 0 ? status.st_ino : 0
        }
    }

    private let reactor: Reactor
    private var remains = Remains()

    init(_ reactor: Reactor) { self.reactor = reactor }

    deinit {
        let remains = remains
        guard remains.session != nil || remains.descriptor >= 0 else { return }
        let reactor = reactor
        reactor.submit { remains.release(on: reactor) }
    }

    /// The session; nil before the handshake and after `release`.
    var session: ssh_session? { remains.session }
    /// The pump; nil before login.
    var event: ssh_event? { remains.event }
    /// The socket, -1 when there is none.
    var descriptor: Int32 {
        get { remains.descriptor }
        set { remains.descriptor = newValue }
    }
    /// Bytes that libssh took in so far.
    var bytesIn: UInt64 { remains.counter?.pointee.in_bytes ?? 0 }

    /// Makes the libssh session.
    func makeSession() -> ssh_session? {
        remains.session = ssh_new()
        guard let session = remains.session else { return nil }
        let counter = UnsafeMutablePointer<ssh_counter_struct>.allocate(capacity: 1)
        counter.initialize(to: ssh_counter_struct())
        remains.counter = counter
        ssh_set_counters(session, nil, counter)
        return session
    }

    /// Makes the pump which serves all channels.
    func makeEvent() {
        remains.event = ssh_event_new()
        ssh_event_add_session(remains.event, remains.session)
    }

    /// What libssh says about the last failure.
    var failure: String {
        guard let session else { return "" }
        return String(cString: ssh_get_error(UnsafeMutableRawPointer(session)))
    }

    /// Closes everything.
    func release() {
        let old = remains
        remains = Remains()
        old.release(on: reactor)
    }
}
