import Contracts
import Vocabulary

/// What may be saved of credentials. Pure.
enum CredentialRules {
    /// Everything that is wrong with the parts that are not secret, and with secrets that do not belong to the kind.
    static func mistakes(in save: SaveCredential) -> [ProblemPlace] {
        var places = TargetRules.nameMistakes(save.name, "credential")
        let username = save.username ?? ""
        if username.count > 64 || username.contains(where: { $0.isWhitespace || $0 == "\0" }) {
            places.append(ProblemPlace("A user name has at most 64 characters and no spaces.", pointer: "#/username"))
        }
        if (save.description ?? "").count > 2000 {
            places.append(ProblemPlace("The description has at most 2000 characters.", pointer: "#/description"))
        }
        let foreign: [(String, Bool)] =
            switch save.kind {
            case .password, .snmpCommunity:
                [
                    ("private_key", given(save.privateKey)), ("passphrase", given(save.passphrase)),
                    ("certificate", save.certificate?.isEmpty == false),
                ]
            case .sshKey: [("password", given(save.password))]
            case .snmpUser: [("private_key", given(save.privateKey)), ("certificate", save.certificate?.isEmpty == false)]
            }
        let isForeign = save.kind != .snmpUser && save.snmpAuthentication != nil
        return places
            + (foreign + [("snmp_authentication", isForeign)]).filter(\.1).map {
                ProblemPlace("A credential of the kind \(save.kind.rawValue) has no \($0.0).", pointer: "#/\($0.0)")
            }
    }

    /// Whether a secret was sent; an empty one counts as absent, as forms send it.
    static func given(_ secret: Secret?) -> Bool { secret.map { !$0.reveal().isEmpty } ?? false }

    /// What is wrong with a user of SNMP v3 (RFC 3414 section 11.2: a password has at least eight characters).
    static func snmpMistakes(in save: SaveCredential) -> [ProblemPlace] {
        var places: [ProblemPlace] = []
        if (save.username ?? "").isEmpty || (save.username ?? "").utf8.count > 32 {
            places.append(ProblemPlace("A user of SNMP v3 has a name of 1 to 32 characters.", pointer: "#/username"))
        }
        for (field, secret) in [("password", save.password), ("passphrase", save.passphrase)] {
            if let secret, given(secret), secret.reveal().utf8.count < 8 {
                places.append(ProblemPlace("The \(field) of a user of SNMP v3 has at least 8 characters.", pointer: "#/\(field)"))
            }
        }
        return places
    }

    /// What is wrong with a certificate.
    static func certificateMistakes(_ certificate: String) -> [ProblemPlace] {
        let words = certificate.split(separator: " ")
        guard words.count >= 2, words[0].hasSuffix("-cert-v01@openssh.com"), !certificate.contains(where: \.isNewline) else {
            return [
                ProblemPlace(
                    "This is not an OpenSSH certificate; paste the one line of the file that ends in `-cert.pub`.", pointer: "#/certificate"
                )
            ]
        }
        return []
    }
}
