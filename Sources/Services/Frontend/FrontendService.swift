import Foundation
import Web

/// The front page of this room: the built web app as files.
package struct FrontendService: Sendable {
    /// The service's name in settings and logs.
    package static let name = "frontend"
    /// The files; nil when there is no web app to serve.
    package let files: StaticFiles?

    /// Serves the web app built into `directory`; an empty name serves none.
    /// - Throws: `FrontendError.notBuilt` when the directory holds no web app.
    package init(directory: String) throws(FrontendError) {
        if directory.isEmpty {
            files = nil
            return
        }
        guard FileManager.default.fileExists(atPath: directory + "/index.html") else { throw .notBuilt(directory) }
        files = StaticFiles(directory: directory)
    }
}

/// What can be wrong with the web app.
package enum FrontendError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The directory has no `index.html`.
    case notBuilt(String)

    /// One sentence.
    package var description: String {
        switch self {
        case .notBuilt(let directory):
            "WEB_ROOT is \(directory), but there is no index.html; build the web app with make web, or leave WEB_ROOT empty."
        }
    }
}
