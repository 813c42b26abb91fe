import Vocabulary

/// A signed head: up to this number the chain of a service had this hash. Whoever keeps it can tell when entries were taken away or written anew.
package struct AuditHead: Codable, Sendable, Hashable {
    /// The service whose chain it is.
    package var source: String
    /// The number of its last entry then.
    package var number: Int
    /// The hash of that entry.
    package var hash: String
    /// When it was signed.
    package var at: Timestamp
    /// Which key signed; see `AuditKeys`.
    package var key: String
    /// The Ed25519 signature (RFC 8032) in base64.
    package var signature: String
    /// Makes the value.
    package init(source: String, number: Int, hash: String, at: Timestamp, key: String, signature: String) {
        self.source = source
        self.number = number
        self.hash = hash
        self.at = at
        self.key = key
        self.signature = signature
    }
}

/// Which heads.
package struct AuditHeadQuery: Codable, Sendable, WireConstrained {
    /// Only of the chain of this service.
    package var source: String?
    /// At most so many (1...500; default 50).
    package var limit: Int?
    /// The `next_cursor` of the page before.
    package var cursor: String?
    /// Makes the query.
    package init(source: String? = nil, limit: Int? = nil, cursor: String? = nil) {
        self.source = source
        self.limit = limit
        self.cursor = cursor
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        ["source": .length(1...100), "limit": .range(1...500), "cursor": .length(1...200)]
    }
}

/// The chain of one service.
package struct AuditChain: Codable, Sendable, Hashable {
    /// The service.
    package var source: String
    /// How many entries it has.
    package var number: Int
    /// The hash of the last one.
    package var hash: String
    /// When the last one was written.
    package var at: Timestamp
    /// Up to where it is signed.
    package var head: AuditHead?
    /// Makes the value.
    package init(source: String, number: Int, hash: String, at: Timestamp, head: AuditHead? = nil) {
        self.source = source
        self.number = number
        self.hash = hash
        self.at = at
        self.head = head
    }
}

/// All chains, by the names of their services.
package struct AuditChains: Codable, Sendable, Hashable {
    /// The chains.
    package var items: [AuditChain]
    /// Makes the value.
    package init(items: [AuditChain]) { self.items = items }
}

/// A public key.
package struct AuditKey: Codable, Sendable, Hashable {
    /// What heads and evidence call it: the first 16 hexadecimal digits of the SHA-256 of the key.
    package var id: String
    /// The Ed25519 public key, 32 bytes in base64.
    package var publicKey: String
    /// Makes the value.
    package init(id: String, publicKey: String) {
        self.id = id
        self.publicKey = publicKey
    }
}

/// The public keys of the installation, the one in use first.
package struct AuditKeys: Codable, Sendable, Hashable {
    /// The keys.
    package var items: [AuditKey]
    /// Makes the value.
    package init(items: [AuditKey]) { self.items = items }
}

/// What to check the chains against, besides the heads that the installation has itself.
package struct VerifyAudit: Codable, Sendable, WireConstrained {
    /// Heads that were kept outside.
    package var heads: [AuditHead]?
    /// Makes the value.
    package init(heads: [AuditHead]? = nil) { self.heads = heads }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] { ["heads": .count(0...10_000)] }
}

/// How far a verification is.
package struct AuditProgress: Codable, Sendable, Hashable {
    /// The chain that is looked at; absent at the end.
    package var source: String?
    /// How many entries of all chains were looked at.
    package var checked: Int
    /// How many there are in all chains.
    package var total: Int
    /// Whether this is the last line.
    package var isDone: Bool
    /// The first entry of a chain that is wrong; nothing behind it in that chain is looked at.
    package var fault: AuditFault?
    /// The chains as they were found, with the last line.
    package var chains: [AuditChain]?
    /// Makes the value.
    package init(
        source: String? = nil, checked: Int, total: Int, isDone: Bool = false, fault: AuditFault? = nil, chains: [AuditChain]? = nil
    ) {
        self.source = source
        self.checked = checked
        self.total = total
        self.isDone = isDone
        self.fault = fault
        self.chains = chains
    }
}

/// What is wrong with a chain, and where first.
package struct AuditFault: Codable, Sendable, Hashable {
    /// The kinds.
    package enum Kind: String, WireEnum {
        /// The entry does not have the hash, or a column does not have the value, that it should.
        case edited
        /// There is no entry of this number, but there are later ones.
        case missing
        /// It does not follow the entry before it.
        case unlinked
        /// It was not written by this installation.
        case forged
        /// A signed head says another hash.
        case rewritten
        /// The chain ends before a signed head.
        case truncated
        /// A head was not signed by this installation.
        case badHead = "bad_head"
    }
    /// The chain.
    package var source: String
    /// The number of the first wrong entry.
    package var number: Int
    /// The kind.
    package var kind: Kind
    /// It in one sentence.
    package var detail: String
    /// Makes the value.
    package init(source: String, number: Int, kind: Kind, detail: String) {
        self.source = source
        self.number = number
        self.kind = kind
        self.detail = detail
    }
}

/// What to put into the evidence of an execution.
package struct AskEvidence: Codable, Sendable {
    /// Whether the output itself is in it and not only its hashes; false when absent.
    package var outputs: Bool?
    /// Makes the value.
    package init(outputs: Bool? = nil) { self.outputs = outputs }
}
