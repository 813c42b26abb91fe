/// Stands where a service is only described and keeps no data: whoever asks it hears that it is closed.
package struct AbsentDatabase: Database {
    /// There is nothing to configure.
    package init() {}

    /// Any would do.
    package var dialect: Dialect { .sqlite }

    /// - Throws: `StoreError.closed`, always.
    package func transact<Result: Sendable>(
        _ isolation: Isolation, _ body: @Sendable (any Transaction) async throws -> Result
    ) async throws -> Result { throw StoreError.closed }

    /// - Throws: `StoreError.closed`, always.
    package func read<Result: Sendable>(_ body: @Sendable (any Transaction) async throws -> Result) async throws -> Result {
        throw StoreError.closed
    }

    /// Nothing was open.
    package func close() async {}
}
