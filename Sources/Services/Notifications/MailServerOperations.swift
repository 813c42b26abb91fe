import Contracts
import Store
import Vault
import Vocabulary

/// What can be done with the mail server of the installation.
struct MailServerOperations: Sendable {
    let room: NotificationsRoom

    /// The mail server, if there is one.
    func show() async throws -> MailServerState { MailServerState(server: try await room.channels.mailServer(in: room.database)?.server) }

    /// Sets the mail server; an absent password stays as long as host and account do, so that nobody can have it sent elsewhere.
    /// - Throws: `NotificationError.invalid`, `staleRevision`.
    func save(_ save: SaveMailServer, by caller: Caller) async throws -> MailServerState {
        let now = room.clock.now()
        let result = try await room.database.transact { transaction in
            let current = try await room.channels.mailServer(in: transaction)
            if let sent = save.revision, sent != current?.server.revision ?? 0 {
                throw NotificationError.staleRevision(sent: sent, current: current?.server.revision ?? 0)
            }
            let username = save.username.flatMap { $0.isEmpty ? nil : $0 }
            let isSame =
                current.map { $0.server.host == save.host && $0.server.port == save.port && $0.server.username == username } ?? false
            let places = ChannelRules.mistakes(in: save, hasPassword: isSame && current?.password != nil)
            guard places.isEmpty else { throw NotificationError.invalid(places) }
            var password = isSame ? current?.password : nil
            if let secret = save.password {
                password =
                    secret.reveal().isEmpty ? nil : try room.vault.seal(Array(secret.reveal().utf8), for: NotificationSecret.mailPassword)
            }
            if username == nil { password = nil }
            let server = MailServer(
                host: save.host, port: save.port, security: save.security, username: username, hasPassword: password != nil,
                sender: save.sender,
                senderName: save.senderName.flatMap { $0.isEmpty ? nil : $0 }, revision: (current?.server.revision ?? 0) + 1,
                updatedAt: now,
                updatedBy: caller.name)
            try await room.channels.save(StoredMailServer(server: server, password: password), in: transaction)
            try await room.note(
                "mail_server.updated", Self.object(server), before: try current.map { try AuditPicture.of($0.server) },
                after: try AuditPicture.of(server), detail: save.password == nil ? nil : "The password was set anew.", at: now,
                in: transaction)
            return MailServerState(server: server)
        }
        room.news.ring()
        room.bell.ring()
        return result
    }

    /// Forgets the mail server.
    /// - Throws: `NotificationError.notFound`.
    func delete() async throws {
        let now = room.clock.now()
        try await room.database.transact { transaction in
            guard let current = try await room.channels.mailServer(in: transaction),
                try await room.channels.deleteMailServer(in: transaction)
            else { throw NotificationError.notFound(.mailServer, "") }
            try await room.note(
                "mail_server.deleted", Self.object(current.server), before: try AuditPicture.of(current.server), at: now, in: transaction)
        }
        room.news.ring()
    }

    /// Sends a test mail for real.
    /// - Throws: `NotificationError.noMailServer`, `invalid`.
    func test(_ test: TestMailServer, by caller: Caller) async throws -> NotificationTest {
        guard MailFormat.isAddress(test.recipient) else {
            throw NotificationError.invalid([ProblemPlace("This is no mail address such as ops@example.org.", pointer: "#/recipient")])
        }
        guard let stored = try await room.channels.mailServer(in: room.database) else { throw NotificationError.noMailServer }
        let now = room.clock.now()
        let notice = Notice.test("This is a test of the mail server, sent by \(caller.name).", id: room.ids.next(), at: now)
        let outcome = try await Sender(room: room).mail(notice, to: [test.recipient], through: stored)
        try await room.database.transact { transaction in
            try await room.note("mail_server.tested", Self.object(stored.server), detail: "To \(test.recipient).", at: now, in: transaction)
        }
        room.news.ring()
        return NotificationTest(
            sent: outcome.isSent, answer: outcome.answer, milliseconds: Int((room.clock.now() - now).milliseconds), messageId: notice.id)
    }

    private static func object(_ server: MailServer) -> AuditNote.Object { AuditNote.Object("mail_server", "mail_server", server.host) }
}
