/// One step of a service's schema. Numbers start at 1 without gaps; a step that was released never changes.
package struct Migration: Sendable {
    /// Its place in the order.
    package let number: Int
    /// What it does, in a few words.
    package let name: String
    /// The statements for SQLite, one string each.
    package let sqlite: [String]
    /// The statements for PostgreSQL; the same as for SQLite where the dialects agree.
    package let postgresql: [String]

    /// A step that reads the same in both dialects.
    package init(_ number: Int, _ name: String, _ statements: [String]) {
        self.init(number, name, sqlite: statements, postgresql: statements)
    }

    /// A step written twice.
    package init(_ number: Int, _ name: String, sqlite: [String], postgresql: [String]) {
        self.number = number
        self.name = name
        self.sqlite = sqlite
        self.postgresql = postgresql
    }
}
