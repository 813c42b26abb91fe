import Foundation
import Vocabulary

/// Tells the next service for whom the call is made in the end.
enum OriginField {
    /// The header field, if there is anybody to tell of.
    static func headers() -> [(name: String, value: String)] {
        guard let origin = Origin.current, let bytes = try? JSONEncoder().encode(origin) else { return [] }
        return [(HeaderField.servedFor, Base64.encode([UInt8](bytes)))]
    }

    /// What a field says; nil when it cannot be read.
    static func read(_ field: String) -> Origin? {
        guard field.utf8.count < 8192, let bytes = Base64.decode(field) else { return nil }
        return try? JSONDecoder().decode(Origin.self, from: Data(bytes))
    }
}
