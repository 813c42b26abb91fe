import PostgreSQLDriver
import Vocabulary
import Web

/// Which services live in this process, where the others are, and where each keeps its data.
package struct Plan: Sendable {
    /// The services of this process.
    package private(set) var here: Set<ServiceName> = []
    /// Where services of other processes are, such as `http://host:port`.
    package private(set) var addresses: [ServiceName: String] = [:]
    /// The URIs of databases on PostgreSQL; services that are not in it keep a file in the data directory.
    package private(set) var databases: [ServiceName: String] = [:]

    static let services = Setting(
        "SERVICES", "all",
        "Services of this process, separated by commas: all, or some of "
            + ServiceName.allCases.map(\.rawValue).joined(separator: ", "))

    /// Reads the settings; everything that is missing for the services of this process becomes a mistake.
    init(_ reader: inout SettingReader) {
        let words = reader.list(Self.services)
        for word in words where word != "all" {
            if let service = ServiceName(rawValue: word) {
                here.insert(service)
            } else {
                let known = ServiceName.allCases.map(\.rawValue).joined(separator: ", ")
                reader.mistake("SERVICES names \"\(word)\", which is no service; there are \(known), or all of them: all.")
            }
        }
        if words.contains("all") { here = Set(ServiceName.allCases) }
        for service in ServiceName.withDatabase {
            readAddress(of: service, &reader)
            readDatabase(of: service, &reader)
        }
    }

    /// Whether a service lives in this process.
    package func has(_ service: ServiceName) -> Bool { here.contains(service) }

    /// Whether every service that owns data lives in this process, so that it works without any other one.
    package var isWhole: Bool { here.isSuperset(of: ServiceName.withDatabase) }

    /// The services of other processes that services of this one call.
    package var remote: [ServiceName] {
        ServiceName.allCases.filter { service in !has(service) && here.contains { $0.calls.contains(service) } }
    }

    /// Whether a service of this process keeps its data in a file.
    package var isEmbedded: Bool { ServiceName.withDatabase.contains { has($0) && databases[$0] == nil } }

    private mutating func readAddress(of service: ServiceName, _ reader: inout SettingReader) {
        let setting = service.addressSetting
        let address = reader.text(setting)
        if address.isEmpty {
            guard remote.contains(service) else { return }
            let callers = here.filter { $0.calls.contains(service) }.map(\.rawValue).sorted().joined(separator: ", ")
            return reader.mistake("\(setting.key) is missing: here live only \(names), and \(callers) must reach \(service.rawValue).")
        }
        do {
            _ = try HTTPClient(base: address)
            addresses[service] = address
        } catch {
            reader.mistake("\(setting.key) must be an address such as http://host:port, not \"\(address)\".")
        }
    }

    private mutating func readDatabase(of service: ServiceName, _ reader: inout SettingReader) {
        let setting = service.databaseSetting
        let url = reader.secret(setting, shown: DatabaseURL.withoutPassword)
        if url.isEmpty {
            guard has(service), !isWhole else { return }
            return reader.mistake(
                "\(setting.key) is missing: services in processes of their own keep their data on PostgreSQL, "
                    + "and \(service.rawValue) lives here.")
        }
        if !PostgreSQLSettings.isReadable(url) {
            reader.mistake("\(setting.key) must be a URI such as postgresql://user:password@host:5432/database.")
        }
        databases[service] = url
    }

    private var names: String { here.map(\.rawValue).sorted().joined(separator: ", ") }
}
