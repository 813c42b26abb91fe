import Vocabulary

/// What can start a run.
package enum TriggerKind: String, WireEnum {
    /// A person, by hand or with a program.
    case user
    /// A schedule.
    case schedule
    /// A message from outside.
    case webhook
    /// A rule about events.
    case rule
}

/// What started a run.
package struct RunTrigger: Codable, Sendable, Hashable {
    /// What it is.
    package var kind: TriggerKind
    /// Its name.
    package var name: String
    /// Its serial; absent for people.
    package var serial: String?
    /// Its id; absent for parts of the installation.
    package var id: String?
    /// Who answers for it; absent for people, who do that themselves.
    package var owner: String?
    /// The instant at which it was due, or at which what it answers to happened.
    package var at: Timestamp?
    /// The ids of the rules that led to it, one after the other, this one among them; absent when no rule did.
    package var chain: [String]?
    /// Makes the value.
    package init(
        kind: TriggerKind, name: String, serial: String? = nil, id: String? = nil, owner: String? = nil, at: Timestamp? = nil,
        chain: [String]? = nil
    ) {
        self.kind = kind
        self.name = name
        self.serial = serial
        self.id = id
        self.owner = owner
        self.at = at
        self.chain = chain
    }
}

extension RunTrigger {
    /// Somebody who calls.
    package static func user(_ caller: Caller) -> RunTrigger {
        RunTrigger(kind: .user, name: caller.name, id: caller.user?.text)
    }

    /// Who started a run, for lists: a name, or for example `schedule S20260001 (anna)`.
    package var starter: String {
        if kind == .user { return name }
        return "\(kind.rawValue) \(serial ?? name)" + (owner.map { " (\($0))" } ?? "")
    }
}
