import Foundation

/// The time zones of the system. Foundation's own are not used: they come from another copy of the data, whose age nobody sees.
package struct ZoneDirectory: Sendable {
    private let folder: String

    /// Reads zones from a folder of TZif files.
    package init(folder: String = "/usr/share/zoneinfo") { self.folder = folder }

    /// The zone with a name of the IANA database. `UTC` is always there.
    /// - Throws: `CalendarError.unknownZone`, `.brokenZone`.
    package func zone(_ name: String) throws(CalendarError) -> Zone {
        if name == "UTC" { return .utc }
        guard Self.isName(name), let data = FileManager.default.contents(atPath: "\(folder)/\(name)") else { throw .unknownZone(name) }
        let bytes = [UInt8](data.prefix(1_000_000))
        guard bytes.starts(with: "TZif".utf8) else { throw .unknownZone(name) }
        return try ZoneFile.read(bytes, name: name)
    }

    /// Whether a name can be one, so that it leads to no other file.
    private static func isName(_ name: String) -> Bool {
        guard (1...64).contains(name.utf8.count), !name.contains("..") else { return false }
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        return parts.allSatisfy { part in
            !part.isEmpty
                && part.utf8.allSatisfy { byte in
                    switch byte {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                        UInt8(ascii: "0")...UInt8(ascii: "9"),
                        UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "+"):
                        true
                    default: false
                    }
                }
        }
    }
}
