import Contracts
import Flow
import Store
import Vocabulary

/// A target that is ready to be added: all that can be checked without others was checked.
struct PreparedTarget: Sendable {
    let target: Target
    /// What the audit log is told, by whom it was made.
    let note: AuditNote

    init(target: Target, _ notes: TargetNotes) {
        self.target = target
        note = notes.creating(target)
    }

    /// Whether it depends on others, which must be there and stay as they are meanwhile.
    var refers: Bool { target.connections.contains { $0.credential != nil || $0.jump != nil } }
}

/// Adds targets, those that come at the same time in one transaction.
struct TargetKeeper: Sendable {
    let database: any Database
    let targets: any TargetStore
    let checks: ReferenceChecks
    let news: NewsDesk
    private let together = Together<PreparedTarget, Result<Target, any Error>>()

    init(database: any Database, targets: any TargetStore, checks: ReferenceChecks, news: NewsDesk) {
        self.database = database
        self.targets = targets
        self.checks = checks
        self.news = news
    }

    /// Adds a target and returns it with its serial.
    /// - Throws: `TargetError.invalid`, `nameTaken`; `StoreError`.
    func keep(_ new: PreparedTarget) async throws -> Target {
        if new.refers { return try await add(new, referring: true) }
        return try await together.keep(new) { await self.keep($0) }.get()
    }

    /// Adds targets that depend on no others. Where one cannot be added, for example because its name is taken, each is tried on its own.
    private func keep(_ new: [PreparedTarget]) async -> [Result<Target, any Error>] {
        do {
            let rows = try await database.transact(try statements(new))
            return try numbered(new, rows).map { .success($0) }
        } catch StoreError.duplicate where new.count > 1 {
            var results: [Result<Target, any Error>] = []
            for each in new { results.append(await result { try await add(each, referring: false) }) }
            return results
        } catch {
            return new.map { .failure(Self.reason(error, $0)) }
        }
    }

    private func result(_ body: () async throws -> Target) async -> Result<Target, any Error> {
        do { return .success(try await body()) } catch { return .failure(error) }
    }

    private func add(_ new: PreparedTarget, referring: Bool) async throws -> Target {
        let statements = try statements([new])
        do {
            guard referring else { return try numbered([new], try await database.transact(statements))[0] }
            let rows = try await database.transact { transaction in
                if let places = try await checks.mistakes(in: [new.target], transaction)[new.target.id] {
                    throw TargetError.invalid(.target, places)
                }
                return try await transaction.query(each: statements)
            }
            return try numbered([new], rows)[0]
        } catch {
            throw Self.reason(error, new)
        }
    }

    private func statements(_ new: [PreparedTarget]) throws -> [SQL] {
        try targets.creation(of: new.map(\.target), database.dialect) + news.statements(of: new.map(\.note))
    }

    /// The targets with the serials that the rows hold.
    private func numbered(_ new: [PreparedTarget], _ rows: [[Row]]) throws -> [Target] {
        let serials = Dictionary(try rows.joined().map { (try $0.text("id"), try $0.text("serial")) }) { first, _ in first }
        return try new.map { each in
            guard let serial = serials[each.target.id.text] else { throw StoreError.unexpectedValue(column: "serial") }
            return each.target.numbered(serial)
        }
    }

    private static func reason(_ error: any Error, _ new: PreparedTarget) -> any Error {
        guard case StoreError.duplicate(let constraint) = error, constraint.contains("name_key") else { return error }
        return TargetError.nameTaken(.target, new.target.name)
    }
}
