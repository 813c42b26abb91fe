/// Who makes a call, as far as it was proved.
package struct Caller: Sendable, Codable, Hashable {
    /// The ways to be known.
    package enum Kind: String, WireEnum {
        case anonymous
        case user
        case worker
        case service
    }

    /// How the caller is known.
    package let kind: Kind
    /// The user's id; nil unless `kind` is `user`.
    package let user: UserID?
    /// The user's name, or the name of the service or worker.
    package let name: String
    /// The user's role; nil unless `kind` is `user`.
    package let role: Role?
    /// A personal token's scope: the role's permissions are cut down to these. Nil is no cut.
    package let scope: Set<Permission>?
    /// The browser or CLI session in use, if any.
    package let session: SessionID?

    /// Makes a caller; the static members below are the usual way.
    package init(
        kind: Kind, user: UserID? = nil, name: String, role: Role? = nil, scope: Set<Permission>? = nil,
        session: SessionID? = nil
    ) {
        self.kind = kind
        self.user = user
        self.name = name
        self.role = role
        self.scope = scope
        self.session = session
    }

    /// Someone who showed no credentials.
    package static let anonymous = Caller(kind: .anonymous, name: "anonymous")
    /// A service of this installation.
    package static func service(_ name: String) -> Caller { Caller(kind: .service, name: name) }
    /// A worker of this installation.
    package static func worker(_ name: String) -> Caller { Caller(kind: .worker, name: name) }
    /// A signed-in user.
    package static func user(
        _ id: UserID, name: String, role: Role, scope: Set<Permission>? = nil, session: SessionID? = nil
    ) -> Caller {
        Caller(kind: .user, user: id, name: name, role: role, scope: scope, session: session)
    }

    /// Whether the caller may use an endpoint that needs `permission`. A service may do what a worker may, and nothing in a user's name.
    package func holds(_ permission: Permission) -> Bool {
        switch permission {
        case .anyone: true
        case .signedIn: kind == .user
        case .worker: kind == .worker || kind == .service
        case .service: kind == .service
        default:
            kind == .user && (role?.grants.contains(permission) ?? false) && (scope?.contains(permission) ?? true)
        }
    }

    /// Whether this is a part of the installation and nobody from outside.
    package var isInternal: Bool { kind == .service || kind == .worker }

    /// The permissions that the caller holds, in declaration order; what the web app shows or hides by.
    package var permissions: [Permission] { Permission.grantable.filter(holds) }
}
