import Contracts
import Store
import Vocabulary

/// A channel as it is stored: its secrets sealed.
package struct StoredChannel: Sendable {
    /// What may be seen of it.
    package var channel: NotificationChannel
    /// The URL, sealed.
    package var url: [UInt8]?
    /// Further header fields as JSON, sealed.
    package var headers: [UInt8]?
    /// What it is signed with, sealed.
    package var signingSecret: [UInt8]?
}

/// The mail server as it is stored.
package struct StoredMailServer: Sendable {
    /// What may be seen of it.
    package var server: MailServer
    /// The password, sealed.
    package var password: [UInt8]?
}

/// What the operations rely on for channels and the mail server.
package protocol ChannelStore: Sendable {
    /// The channel with this id or name; nil when there is none.
    func channel(_ reference: String, in reading: any Reading) async throws -> StoredChannel?
    /// Channels by name, after the folded name `after`; nil is no bound.
    func page(after: String?, limit: Int, in reading: any Reading) async throws -> [NotificationChannel]
    /// All channels by name.
    func all(in reading: any Reading) async throws -> [StoredChannel]
    /// How many channels there are.
    func count(in reading: any Reading) async throws -> Int
    /// Some channel or mail server with something sealed, with the place that it is sealed for; nil when there is none.
    func anySealed(in reading: any Reading) async throws -> (bytes: [UInt8], place: String)?
    /// Adds a channel.
    /// - Throws: `StoreError.duplicate` when the name is taken.
    func insert(_ channel: StoredChannel, in transaction: any Transaction) async throws
    /// Saves a channel over the revision before its own; how it has been going stays, unless it `resets` that.
    /// - Throws: `NotificationError.staleRevision`, `StoreError.duplicate`.
    func save(_ channel: StoredChannel, resets: Bool, in transaction: any Transaction) async throws
    /// Deletes a channel that no route uses.
    func delete(_ id: NotificationChannelID, in transaction: any Transaction) async throws
    /// The names of routes that use it, by name.
    func users(of id: NotificationChannelID, in reading: any Reading) async throws -> [String]
    /// Keeps that something was sent: the failures in a row are over, and so is its rest.
    func noteSuccess(of id: NotificationChannelID, at now: Timestamp, in transaction: any Transaction) async throws
    /// Keeps why an attempt failed, and returns how many did in a row.
    func noteFailure(of id: NotificationChannelID, _ error: String, at now: Timestamp, in transaction: any Transaction) async throws -> Int
    /// Lets nothing be tried until a time.
    func rest(_ id: NotificationChannelID, until: Timestamp, in transaction: any Transaction) async throws

    /// The mail server; nil when there is none.
    func mailServer(in reading: any Reading) async throws -> StoredMailServer?
    /// Saves the mail server over whatever is there.
    func save(_ server: StoredMailServer, in transaction: any Transaction) async throws
    /// Forgets the mail server; false when there was none.
    func deleteMailServer(in transaction: any Transaction) async throws -> Bool
}

/// Where a sealed secret belongs; one that was moved does not open.
enum NotificationSecret {
    static func url(_ id: NotificationChannelID) -> String { "channels/\(id.text)/url" }
    static func headers(_ id: NotificationChannelID) -> String { "channels/\(id.text)/headers" }
    static func signingSecret(_ id: NotificationChannelID) -> String { "channels/\(id.text)/signing_secret" }
    static let mailPassword = "mail_server/password"
}
