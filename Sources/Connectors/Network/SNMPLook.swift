import ConnectorPort
import Vocabulary

/// What an SNMP agent says of its host.
extension HostLook {
    /// The system group, asked for as one of the plan's identities after the other; nil when none is answered.
    /// - Throws: `CancellationError`.
    func system(of address: String) async throws -> ScannedSNMP? {
        for identity in plan.snmp {
            var random = RandomBytes()
            let number = (0..<3).reduce(0) { sum, _ in sum << 8 | Int(random.next()) }
            let found: [String: String]?
            switch identity.proof {
            case .community(let community): found = try await ask(address, community.reveal(), number)
            case .user(let name, let hash, let password, let privacy):
                found = try await ask(address, number) { engine in
                    SNMPUser(name, hash, password: password.reveal(), privacy: privacy?.reveal(), engine: engine)
                }
            }
            if let found { return SNMPMessage.system(found, credential: identity.credential) }
        }
        return nil
    }

    private func ask(_ address: String, _ community: String, _ number: Int) async throws -> [String: String]? {
        try await pacer.turn()
        let question = SNMPMessage.community(community, number: number)
        guard let answer = await talk.exchange(question, with: address, snmpPort) else { return nil }
        guard case .system(let found)? = try? SNMPMessage.answer(toCommunity: answer, number: number) else { return nil }
        return found
    }

    /// First the agent's engine is asked for, then, once more if its clock was not told, the system group.
    private func ask(_ address: String, _ number: Int, as user: (SNMPEngine) -> SNMPUser) async throws -> [String: String]? {
        try await pacer.turn()
        guard let first = await talk.exchange(SNMPUser.discovery(number: number), with: address, snmpPort),
            case .engine(var engine)? = try? SNMPUser.answer(first, number: number, of: nil)
        else { return nil }
        for attempt in 1...2 {
            var random = RandomBytes()
            let asked = user(engine)
            try await pacer.turn()
            guard let question = try? asked.question(number: number + attempt, salt: (0..<8).map { _ in random.next() }),
                let answer = await talk.exchange(question, with: address, snmpPort),
                let said = try? SNMPUser.answer(answer, number: number + attempt, of: asked)
            else { return nil }
            switch said {
            case .system(let found): return found
            case .engine(let told) where told != engine: engine = told
            case .engine, .refusal: return nil
            }
        }
        return nil
    }
}
