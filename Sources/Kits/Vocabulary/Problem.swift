/// What went wrong, for people and programs: the body of every error answer (RFC 9457) and the error that crosses services.
package struct Problem: Error, Codable, Sendable, Hashable {
    /// The kind, for example `/problems/stale-revision`; documented in `docs/problems.md`.
    package var type: String
    /// The kind in a few words.
    package var title: String
    /// The HTTP status code.
    package var status: Int
    /// This case in one sentence: what is wrong and what to do.
    package var detail: String
    /// The path of the request.
    package var instance: String?
    /// The request id, to quote to whoever reads the logs.
    package var requestId: String?
    /// The places in the input that are wrong, all of them.
    package var errors: [ProblemPlace]?
    /// Seconds to wait before trying again, where waiting helps.
    package var retryAfterSeconds: Int?

    /// Makes a problem; `slug` is the last part of its type.
    package init(
        _ slug: String, _ title: String, status: Int, _ detail: String, errors: [ProblemPlace]? = nil,
        retryAfterSeconds: Int? = nil
    ) {
        type = "/problems/\(slug)"
        self.title = title
        self.status = status
        self.detail = detail
        self.errors = errors
        self.retryAfterSeconds = retryAfterSeconds
    }

    /// The last part of the type.
    package var slug: String { String(type.dropFirst("/problems/".count)) }

    /// Nobody signed in.
    package static let unauthenticated = Problem(
        "unauthenticated", "Sign-in needed", status: 401, "Sign in, or send a valid token.")

    /// The caller may not do this.
    package static func forbidden(_ permission: Permission) -> Problem {
        Problem(
            "forbidden", "Not allowed", status: 403,
            "This needs the permission \(permission.rawValue), which your role or token does not grant.")
    }

    /// There is no such thing, or the caller may not know of it.
    package static func notFound(_ what: String) -> Problem {
        Problem("not-found", "Not found", status: 404, "There is no \(what).")
    }

    /// The input does not make sense; `errors` says where.
    package static func invalid(_ detail: String, _ errors: [ProblemPlace] = []) -> Problem {
        Problem("invalid-input", "Invalid input", status: 422, detail, errors: errors.isEmpty ? nil : errors)
    }

    /// Something stands in the way, such as a name that is taken.
    package static func conflict(_ detail: String) -> Problem {
        Problem("conflict", "Conflict", status: 409, detail)
    }

    /// Someone else saved meanwhile.
    package static func staleRevision(sent: Int, current: Int) -> Problem {
        Problem(
            "stale-revision", "Changed meanwhile", status: 412,
            "You sent revision \(sent); it is now \(current). Load it again and repeat your change.")
    }

    /// A part that is needed does not answer.
    package static func unavailable(_ detail: String) -> Problem {
        Problem("unavailable", "Unavailable", status: 503, detail, retryAfterSeconds: 5)
    }
}

/// One wrong place in the input.
package struct ProblemPlace: Codable, Sendable, Hashable {
    /// What is wrong there and what would be right.
    package var detail: String
    /// A JSON pointer (RFC 6901) into the body, for example `#/steps/0/name`.
    package var pointer: String?
    /// The line in a text such as YAML or CSV, from 1.
    package var line: Int?
    /// The column in that line, from 1.
    package var column: Int?

    /// Makes a place.
    package init(_ detail: String, pointer: String? = nil, line: Int? = nil, column: Int? = nil) {
        self.detail = detail
        self.pointer = pointer
        self.line = line
        self.column = column
    }
}

/// An error of a service that says how it looks from outside.
package protocol ProblemConvertible: Error {
    /// The problem document of this error.
    var problem: Problem { get }
}

extension Problem: ProblemConvertible {
    /// Itself.
    package var problem: Problem { self }
}
