import Vocabulary

/// What happens when a job is started while another execution of it has not ended.
package enum ConcurrencyPolicy: String, WireEnum {
    /// They run beside each other.
    case allow
    /// The start is refused.
    case forbid
    /// The new one waits for those before it.
    case queue
    /// Those before it are cancelled, and the new one waits until they are gone.
    case replace
}

/// How urgent a run is. More urgent runs get free workers first.
package enum RunPriority: String, WireEnum {
    case low
    case normal
    case high
    case urgent
}

/// How a run goes through its targets: in parts, and no further when too many fail.
package struct RolloutDefinition: Codable, Sendable, Hashable, WireConstrained {
    /// So many targets first, and the others only if all of these succeed: a number, or a share such as `5%`.
    package var canary: String?
    /// So many targets after that, and the next only when these have ended: a number, or a share such as `25%`; all when absent.
    package var batch: String?
    /// So many targets may fail: a number, or a share such as `10%`; none when absent.
    package var maxFailures: String?
    /// What happens when more fail; stop when absent.
    package var onTooManyFailures: RolloutEnd?
    /// Makes the value.
    package init(canary: String? = nil, batch: String? = nil, maxFailures: String? = nil, onTooManyFailures: RolloutEnd? = nil) {
        self.canary = canary
        self.batch = batch
        self.maxFailures = maxFailures
        self.onTooManyFailures = onTooManyFailures
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        let amount = WireLimit.pattern("[0-9]{1,6}%?")
        return ["canary": amount, "batch": amount, "maxFailures": amount]
    }
}

/// What happens to the targets that wait when too many failed.
package enum RolloutEnd: String, WireEnum {
    /// They are cancelled, and the run ends as failed.
    case stop
    /// They wait until somebody goes on or cancels.
    case pause
}

/// The names of locks.
package enum LockName {
    /// Whether a text can be the name of a lock.
    package static func isValid(_ text: String) -> Bool {
        (1...128).contains(text.unicodeScalars.count)
            && text.unicodeScalars.allSatisfy { $0.value > 32 && $0.value != 127 && !$0.properties.isWhitespace }
    }

    /// What such a name must be, in a sentence.
    package static let rule = "The name of a lock has 1 to 128 characters and no blanks."
}
