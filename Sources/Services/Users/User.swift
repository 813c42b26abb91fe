import Contracts
import Vocabulary

/// The rules of a user, without time, ids or storage of their own.
extension User {
    /// A new user in the state that `input` describes.
    /// - Throws: `.nameMalformed`, `.displayNameMalformed`.
    static func new(_ id: UserID, _ input: SaveUser, at now: Timestamp) throws(UserError) -> User {
        let name = try checkedName(input)
        return User(
            id: id, username: name, displayName: try checkedDisplayName(input), role: input.role,
            isActive: input.isActive ?? true, revision: 1, createdAt: now, updatedAt: now)
    }

    /// The user after a change by `caller`.
    /// - Throws: `.staleRevision`, `.ownAccount`, `.nameMalformed`, `.displayNameMalformed`.
    func changed(to input: SaveUser, by caller: Caller, at now: Timestamp) throws(UserError) -> User {
        if let sent = input.revision, sent != revision { throw .staleRevision(sent: sent, current: revision) }
        var next = self
        next.username = try Self.checkedName(input)
        next.displayName = try Self.checkedDisplayName(input)
        next.role = input.role
        next.isActive = input.isActive ?? true
        next.revision += 1
        next.updatedAt = now
        if isActive, !next.isActive { try refuseOwnAccount(caller) }
        return next
    }

    /// - Throws: `.ownAccount` when the caller is this user.
    func refuseOwnAccount(_ caller: Caller) throws(UserError) {
        if caller.user == id { throw .ownAccount }
    }

    /// Whether this user can administer now.
    var administers: Bool { isActive && role == .administrator }

    /// The form in which names are compared and ordered.
    static func key(_ username: String) -> String { username.lowercased() }

    private static func checkedName(_ input: SaveUser) throws(UserError) -> String {
        let name = input.username
        let characters = name.utf8
        guard (1...64).contains(characters.count), let first = characters.first, isAlphanumeric(first),
            characters.allSatisfy({ isAlphanumeric($0) || "._@-".utf8.contains($0) })
        else { throw .nameMalformed }
        return name
    }

    private static func checkedDisplayName(_ input: SaveUser) throws(UserError) -> String {
        let name = input.displayName ?? ""
        guard name.count <= 128, !name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw .displayNameMalformed
        }
        return name.allSatisfy(\.isWhitespace) ? input.username : name
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
