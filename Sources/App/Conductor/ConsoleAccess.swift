import Auth
import Foundation
import Vault
import Vocabulary

extension Conductor {
    /// A token that acts as administrator for ten minutes, for whoever can read the key file.
    /// - Throws: `ConsoleError` when there is no key file yet, `KeyFileError`.
    package static func consoleToken(_ settings: Settings) throws -> Secret {
        guard FileManager.default.fileExists(atPath: settings.secretKeyFile) else {
            throw ConsoleError.noKeyFile(settings.secretKeyFile)
        }
        let keys = try KeyRing.load(orCreateAt: settings.secretKeyFile)
        return try AuthService.consoleToken(
            signingKey: House.signingKey(keys), at: SystemClock().now(), life: .seconds(600))
    }
}

/// What can be wrong at the console.
package enum ConsoleError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The server has not been started here.
    case noKeyFile(String)

    /// One sentence.
    package var description: String {
        switch self {
        case .noKeyFile(let path):
            "There is no key file at \(path); start the server first, with the same SECRET_KEY_FILE or DATA_DIR."
        }
    }
}
