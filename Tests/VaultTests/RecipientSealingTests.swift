import Foundation
import Testing
import Vault

@Suite("Sealing for a recipient")
struct RecipientSealingTests {
    @Test("only the recipient opens a message, for its purpose")
    func opens() throws {
        let (worker, other) = (WorkerKey(), WorkerKey())
        let message = try RecipientSealing.seal([1, 2, 3], to: worker.publicKey, for: "lease 1")

        #expect(try worker.open(message, for: "lease 1") == [1, 2, 3])
        #expect(throws: VaultError.notAuthentic) { try worker.open(message, for: "lease 2") }
        #expect(throws: VaultError.notAuthentic) { try other.open(message, for: "lease 1") }
    }

    @Test("one sealer seals many messages, each different, and the worker opens them in any order")
    func batch() throws {
        let worker = WorkerKey()
        let sealer = try RecipientSealer(to: worker.publicKey)
        let single = try RecipientSealing.seal([0], to: worker.publicKey)
        let messages = try (0..<100).map { try sealer.seal([UInt8($0)]) }

        #expect(try messages.reversed().map { try worker.open($0) } == (0..<100).reversed().map { [UInt8($0)] })
        #expect(try worker.open(single) == [0])
        #expect(try worker.open(messages[5]) == [5])
        #expect(try sealer.seal([1]) != sealer.seal([1]))
    }

    @Test("a change of any byte is noticed")
    func changed() throws {
        let worker = WorkerKey()
        let message = try #require(Data(base64Encoded: RecipientSealing.seal([1, 2, 3], to: worker.publicKey)))

        for index in message.indices {
            var changed = message
            changed[index] ^= 1
            #expect(throws: VaultError.self) { try worker.open(changed.base64EncodedString()) }
        }
        for text in ["", "AAAA", "no base64!"] {
            #expect(throws: VaultError.malformed) { try worker.open(text) }
        }
    }

    @Test("what is not a public key is refused", arguments: ["", "AAAA", "no base64!", Data(count: 32).base64EncodedString()])
    func badRecipient(key: String) {
        #expect(throws: VaultError.badRecipient) { try RecipientSealing.seal([1], to: key) }
    }
}
