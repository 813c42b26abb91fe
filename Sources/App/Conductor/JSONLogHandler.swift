import Foundation
import Logging
import Vocabulary
import Web

/// Writes each message as one line of JSON to standard error, for programs that collect logs.
struct JSONLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    var logLevel: Logger.Level = .info
    let label: String
    let clock: any WallClock
    /// Takes the bytes of a whole line.
    let write: @Sendable ([UInt8]) -> Void

    /// Names that metadata cannot have, because every line has them; such a key gets an underscore behind it.
    private static let taken: Set<String> = ["time", "level", "logger", "message"]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var line: [String: JSONValue] = [
            "time": .string(clock.now().description), "level": .string(event.level.rawValue), "logger": .string(label),
            "message": .string("\(event.message)"),
        ]
        let around = metadata.merging(metadataProvider?.get() ?? [:]) { _, new in new }
        for (key, value) in around.merging(event.metadata ?? [:], uniquingKeysWith: { _, new in new }) {
            line[Self.taken.contains(key) ? key + "_" : key] = Self.value(value)
        }
        if let error = event.error { line["error"] = .string("\(error)") }
        guard let bytes = try? JSONCodec.encode(JSONValue.object(line)) else { return }
        write(bytes + [UInt8(ascii: "\n")])
    }

    private static func value(_ value: Logger.Metadata.Value) -> JSONValue {
        switch value {
        case .string(let text): .string(text)
        case .stringConvertible(let any): .string(any.description)
        case .array(let items): .array(items.map(Self.value))
        case .dictionary(let members): .object(members.mapValues(Self.value))
        }
    }

    /// One write for each line, so that lines of several threads do not mix.
    static let toStandardError: @Sendable ([UInt8]) -> Void = { FileHandle.standardError.write(Data($0)) }
}
