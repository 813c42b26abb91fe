import Vocabulary

/// Which sessions to list.
package struct SessionQuery: Codable, Sendable, WireConstrained {
    /// Of this user; needs `users.manage` unless it is the caller. Absent: the caller's own.
    package var user: UserID?
    /// At most so many items (1...500; default 50).
    package var limit: Int?
    /// The `next_cursor` of the page before.
    package var cursor: String?
    /// Makes a query.
    package init(user: UserID? = nil, limit: Int? = nil, cursor: String? = nil) {
        self.user = user
        self.limit = limit
        self.cursor = cursor
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] { ["limit": .range(1...500)] }
}

/// One sign-in that is still open.
package struct Session: Codable, Sendable {
    /// Its id.
    package var id: SessionID
    /// Whose it is.
    package var user: UserID
    /// Cookie or tokens.
    package var kind: SignInKind
    /// When it began.
    package var createdAt: Timestamp
    /// When it was last used, to the minute.
    package var lastUsedAt: Timestamp
    /// When it ends at the latest.
    package var expiresAt: Timestamp
    /// The client's address at sign-in.
    package var address: String?
    /// The client's name at sign-in.
    package var userAgent: String?
    /// Whether this is the session that asks.
    package var isCurrent: Bool
    /// Makes the answer.
    package init(
        id: SessionID, user: UserID, kind: SignInKind, createdAt: Timestamp, lastUsedAt: Timestamp, expiresAt: Timestamp,
        address: String?, userAgent: String?, isCurrent: Bool
    ) {
        self.id = id
        self.user = user
        self.kind = kind
        self.createdAt = createdAt
        self.lastUsedAt = lastUsedAt
        self.expiresAt = expiresAt
        self.address = address
        self.userAgent = userAgent
        self.isCurrent = isCurrent
    }
}

/// What a `TokenID` names.
package enum TokenSubject {}
/// A personal token's id.
package typealias TokenID = Identifier<TokenSubject>

/// A new personal token.
package struct MakeToken: Codable, Sendable, WireConstrained {
    /// What it is for.
    package var name: String
    /// What it may do; cut down to what its owner may do at any time. Absent: all of the owner's permissions.
    package var scope: [Permission]?
    /// Days until it ends (1...366).
    package var expiresInDays: Int
    /// Makes the input.
    package init(name: String, scope: [Permission]? = nil, expiresInDays: Int) {
        self.name = name
        self.scope = scope
        self.expiresInDays = expiresInDays
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] { ["name": .length(1...128), "expiresInDays": .range(1...366)] }
}

/// A personal token without its text.
package struct PersonalToken: Codable, Sendable {
    /// Its id.
    package var id: TokenID
    /// What it is for.
    package var name: String
    /// What it may do; absent is everything its owner may.
    package var scope: [Permission]?
    /// When it was made.
    package var createdAt: Timestamp
    /// When it ends.
    package var expiresAt: Timestamp
    /// When it was last used, to the minute.
    package var lastUsedAt: Timestamp?
    /// Makes the answer.
    package init(
        id: TokenID, name: String, scope: [Permission]?, createdAt: Timestamp, expiresAt: Timestamp, lastUsedAt: Timestamp?
    ) {
        self.id = id
        self.name = name
        self.scope = scope
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.lastUsedAt = lastUsedAt
    }
}

/// A new personal token with its text, shown this once.
package struct MadeToken: Codable, Sendable {
    /// The token's record.
    package var record: PersonalToken
    /// The text to send as `Authorization: Bearer`; starts with `opc_`.
    package var token: Secret
    /// Makes the answer.
    package init(record: PersonalToken, token: Secret) {
        self.record = record
        self.token = token
    }
}
