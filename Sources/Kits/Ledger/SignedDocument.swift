import Crypto
import Foundation
import Vocabulary

/// A document with its signature: `{"document":TEXT,"key":ID,"public_key":KEY,"sha256":HASH,"signature":SIGNATURE}`. What is signed is the canonical JSON of
/// `{"sha256":HASH,"type":"opsconductor document"}`; the hash is that of `TEXT` byte by byte as it stands there.
package enum SignedDocument {
    /// What stands before the text.
    package static let head = Array(#"{"document":"#.utf8)
    /// The `type` of the evidence of an execution.
    package static let evidence = "opsconductor evidence"

    private static func signed(_ hash: String) -> [UInt8] {
        CanonicalJSON.bytes(.object(["sha256": .string(hash), "type": "opsconductor document"]))
    }

    /// What stands behind a text with this hash.
    package static func tail(_ hash: String, _ keys: LedgerKeys) throws -> [UInt8] {
        let (key, signature) = try keys.sign(signed(hash))
        let members = CanonicalJSON.bytes(
            .object([
                "key": .string(key), "public_key": .string(keys.publicKeys[0].text), "sha256": .string(hash),
                "signature": .string(signature),
            ]))
        return [UInt8(ascii: ",")] + members.dropFirst() + [UInt8(ascii: "\n")]
    }

    /// What is in a document that is whole.
    package struct Content: Sendable {
        /// The text of the document.
        package let text: ArraySlice<UInt8>
        /// The key that signed.
        package let key: PublicKey
    }

    /// Checks a document against its own signature; whose key that is the caller has to know.
    /// - Throws: `SignedDocumentError`.
    package static func read(_ bytes: [UInt8]) throws(SignedDocumentError) -> Content {
        var bytes = bytes[...]
        while bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        guard let scan = LedgerScan(bytes), scan.names == ["document", "key", "public_key", "sha256", "signature"],
            let text = scan.value("document"), let hash = scan.plain("sha256"), let signature = scan.plain("signature"),
            let id = scan.plain("key"), let key = scan.plain("public_key").flatMap({ PublicKey(String(decoding: $0, as: UTF8.self)) })
        else { throw .notSigned }
        let told = String(decoding: hash, as: UTF8.self)
        guard LedgerEntry.hash(of: text) == told else { throw .changed }
        guard id.elementsEqual(key.id.utf8), key.signed(signed(told), String(decoding: signature, as: UTF8.self)) else {
            throw .wronglySigned
        }
        return Content(text: text, key: key)
    }
}

/// Why a signed document is not believed.
package enum SignedDocumentError: Error, Sendable, Hashable, CustomStringConvertible {
    /// It does not have the form.
    case notSigned
    /// The text is not the one that was signed.
    case changed
    /// The signature is not that of the key.
    case wronglySigned

    /// One sentence.
    package var description: String {
        switch self {
        case .notSigned: "This is not a signed document of OpsConductor, or a part of it is missing."
        case .changed: "The document was changed after it was signed: its hash is another one."
        case .wronglySigned: "The signature does not belong to this document."
        }
    }
}
