/// Takes messages for a place outside the installation.
package protocol EventSink: Sendable {
    /// Hands messages over, all or none as far as that can be known, and returns when the other side has them.
    /// - Throws: why they could not be handed over.
    func send(_ messages: [[UInt8]]) async throws
    /// Lets go of the other side.
    func close() async
}
