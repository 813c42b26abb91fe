import Foundation
import Vocabulary

/// A password in the form that is hashed: normalised (NFC), so that every keyboard makes the same bytes.
struct NormalPassword: Sendable {
    /// The Unicode scalars, which are the characters that are counted.
    let text: String

    init(_ password: Secret) { text = password.reveal().precomposedStringWithCanonicalMapping }

    var bytes: [UInt8] { Array(text.utf8) }
    var length: Int { text.unicodeScalars.count }
}

/// Why a new password is refused.
package enum PasswordFlaw: Sendable, Hashable {
    /// Fewer characters than `PasswordRules.length` asks for.
    case tooShort(Int)
    /// More characters than `PasswordRules.length` allows.
    case tooLong(Int)
    /// Made of words and patterns that are tried first.
    case common
    /// Made of the user name or the product's name.
    case ownName

    /// What is wrong.
    package var sentence: String {
        switch self {
        case .tooShort: "The password is too short."
        case .tooLong: "The password is too long."
        case .common: "The password is easy to guess."
        case .ownName: "The password is made of the user name or the product's name."
        }
    }

    /// What would be right.
    package var advice: String {
        let (shortest, longest) = (PasswordRules.length.lowerBound, PasswordRules.length.upperBound)
        return switch self {
        case .tooShort(let found): "has \(found) characters, needs at least \(shortest)"
        case .tooLong(let found): "has \(found) characters, may have at most \(longest)"
        case .common: "is made of words and patterns that are tried first; take a few unrelated words"
        case .ownName: "take words that have nothing to do with your name or this product"
        }
    }
}

/// Which passwords are good enough: long, and not what is tried first (NIST SP 800-63B section 3.1.1). No rules about kinds of characters.
enum PasswordRules {
    /// Characters, counted as Unicode scalars after normalisation.
    static let length = 15...128
    /// So many characters have to be left when everything that is easy to guess is taken out.
    private static let ownCharacters = 8

    /// The password as it will be hashed.
    /// - Throws: `AuthError.passwordRefused`.
    static func check(_ password: Secret, of username: String, property: String) throws(AuthError) -> NormalPassword {
        let normal = NormalPassword(password)
        if let flaw = flaw(normal, username) { throw .passwordRefused(flaw, property: property) }
        return normal
    }

    private static func flaw(_ password: NormalPassword, _ username: String) -> PasswordFlaw? {
        if password.length < length.lowerBound { return .tooShort(password.length) }
        if password.length > length.upperBound { return .tooLong(password.length) }
        let letters = folded(password.text)
        if CommonPasswords.whole.contains(bare(letters)) { return .common }
        if remainder(letters, without: CommonPasswords.pieces) < ownCharacters { return .common }
        let names = [username, AuthSettings.product].map(folded).filter { $0.count >= 3 }
        if remainder(letters, without: CommonPasswords.pieces + names) < ownCharacters { return .ownName }
        return nil
    }

    /// Lower case without spaces, the two most usual substitutions undone.
    private static func folded(_ text: String) -> [Unicode.Scalar] {
        text.lowercased().unicodeScalars.compactMap { scalar in
            switch scalar {
            case "@": "a"
            case "$": "s"
            default: scalar.properties.isWhitespace ? nil : scalar
            }
        }
    }

    /// Letters and digits only, as `CommonPasswords.whole` is written.
    private static func bare(_ letters: [Unicode.Scalar]) -> String {
        String(String.UnicodeScalarView(letters.filter { $0.properties.isAlphabetic || $0.properties.numericType != nil }))
    }

    /// How many characters are left when pieces, runs and repetitions are taken out.
    private static func remainder(_ letters: [Unicode.Scalar], without pieces: [[Unicode.Scalar]]) -> Int {
        let plain = letters.map(unsubstituted)
        var left: [Unicode.Scalar] = []
        var position = 0
        while position < letters.count {
            let piece = longestPiece(letters, plain, at: position, pieces)
            let run = runLength(letters, at: position)
            let length = max(piece, run >= 4 ? run : 0)
            if length == 0 { left.append(letters[position]) }
            position += max(length, 1)
        }
        return distinctLength(left)
    }

    private static func longestPiece(
        _ letters: [Unicode.Scalar], _ plain: [Unicode.Scalar], at start: Int, _ pieces: [[Unicode.Scalar]]
    ) -> Int {
        var longest = 0
        for piece in pieces where piece.count > longest && start + piece.count <= letters.count {
            let end = start + piece.count
            if letters[start..<end].elementsEqual(piece) || plain[start..<end].elementsEqual(piece) { longest = piece.count }
        }
        return longest
    }

    /// How many characters from `start` follow each other by the same step of -1, 0 or 1, such as `4567`, `dcba` or `aaaa`.
    private static func runLength(_ letters: [Unicode.Scalar], at start: Int) -> Int {
        guard start + 1 < letters.count else { return 1 }
        let step = Int(letters[start + 1].value) - Int(letters[start].value)
        guard (-1...1).contains(step) else { return 1 }
        var end = start + 1
        while end + 1 < letters.count, Int(letters[end + 1].value) - Int(letters[end].value) == step { end += 1 }
        return end - start + 1
    }

    /// The length of the shortest text that, repeated, makes up these characters.
    private static func distinctLength(_ letters: [Unicode.Scalar]) -> Int {
        guard letters.count > 1 else { return letters.count }
        for period in 1..<letters.count
        where (period..<letters.count).allSatisfy({ letters[$0] == letters[$0 - period] }) {
            return period
        }
        return letters.count
    }

    private static func unsubstituted(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar {
        case "0": "o"
        case "1", "!": "i"
        case "3": "e"
        case "4": "a"
        case "5": "s"
        case "7": "t"
        default: scalar
        }
    }
}
