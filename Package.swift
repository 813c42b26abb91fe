// swift-tools-version:6.2
import PackageDescription

// The house: Kits are tools, Contracts the corridor, Services the rooms, Connectors the arms, Drivers the plugs, App the front door.
// Who may import whom is written here once; the build refuses everything else (--explicit-target-dependency-import-check error).

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .treatAllWarnings(as: .error),
]

let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let niocore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioposix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let niotls: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let niohttp1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let niowebsocket: Target.Dependency = .product(name: "NIOWebSocket", package: "swift-nio")
let niossl: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let niohttptypes: Target.Dependency = .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras")
let httptypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

func house(_ name: String, _ path: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, path: "Sources/\(path)", exclude: [], swiftSettings: strict)
}

func room(_ name: String, _ more: [Target.Dependency] = []) -> Target {
    .target(
        name: name, dependencies: ["Vocabulary", "Contracts", "Web", "Store", logging, lifecycle] + more,
        path: "Sources/Services/\(name)", exclude: ["README.md"], swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: dependencies + ["Support"], path: "Tests/\(name)Tests", swiftSettings: strict)
}

let package = Package(
    name: "opsconductor",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "opsconductor", targets: ["opsconductor"])],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1", traits: []),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", exact: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    ],
    targets: [
        // C libraries: module maps only
        .systemLibrary(name: "CEpoll", path: "Sources/CLibraries/CEpoll"),
        .systemLibrary(
            name: "CLibSSH", path: "Sources/CLibraries/CLibSSH", pkgConfig: "libssh", providers: [.apt(["libssh-dev"])]),
        .systemLibrary(
            name: "CSodium", path: "Sources/CLibraries/CSodium", pkgConfig: "libsodium",
            providers: [.apt(["libsodium-dev"])]),

        .systemLibrary(
            name: "CZlib", path: "Sources/CLibraries/CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(
            name: "CCurl", path: "Sources/CLibraries/CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CPQ", path: "Sources/CLibraries/CPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),

        // Kits
        house("Vocabulary", "Kits/Vocabulary", []),
        house("Flow", "Kits/Flow", ["Vocabulary"]),
        house("Calendar", "Kits/Calendar", ["Vocabulary"]),
        house("Bus", "Kits/Bus", ["Vocabulary", logging, lifecycle]),
        house("Store", "Kits/Store", ["Vocabulary", crypto, logging]),
        house("Vault", "Kits/Vault", ["Vocabulary", crypto]),
        house("Ledger", "Kits/Ledger", ["Vocabulary", crypto]),
        house("Reactor", "Kits/Reactor", ["CEpoll"]),
        house("Archive", "Kits/Archive", ["CZlib"]),
        house("Outbound", "Kits/Outbound", ["Vocabulary"]),
        house(
            "Web", "Kits/Web",
            [
                "Vocabulary", hummingbird, niocore, nioposix, niohttp1, niowebsocket, niossl, niohttptypes, httptypes, logging,
                lifecycle, crypto,
            ]),

        // The corridor
        house("Contracts", "Contracts", ["Vocabulary"]),

        // Rooms
        room("Auth", ["Bus", "CSodium", crypto]),
        room("Users", ["Bus"]),
        room("Targets", ["Vault", "Flow", yams, crypto]),
        room("Jobs", ["Flow", yams]),
        room("Executions", ["Bus", "Vault", "Flow", "Archive", crypto]),
        room("Worker", ["Vault", "Flow", "ConnectorPort", crypto]),
        room("Schedules", ["Bus", "Vault", "Flow", "Calendar", yams, crypto]),
        room("Notifications", ["Flow", "Calendar", "Vault", "Outbound", crypto]),
        room("Audit", ["Ledger", crypto]),
        room("Frontend"),

        // Arms
        house("ConnectorPort", "Connectors/Port", ["Vocabulary", crypto]),
        house("SSHConnector", "Connectors/SSH", ["ConnectorPort", "Vocabulary", "Reactor", "CLibSSH", "CEpoll", crypto]),
        house(
            "NetworkConnector", "Connectors/Network",
            ["ConnectorPort", "Vocabulary", niocore, nioposix, niotls, niossl, crypto, cryptoExtras]),
        house("LocalConnector", "Connectors/Local", ["ConnectorPort", "Vocabulary", "Reactor", "CEpoll"]),

        // Plugs
        house("SQLiteDriver", "Drivers/SQLite", ["Store", "Vocabulary", grdb, logging]),

        house("CurlDriver", "Drivers/Curl", ["Outbound", "Reactor", "Vocabulary", "CCurl"]),
        house("SyslogDriver", "Drivers/Syslog", ["Ledger", "Vocabulary", niocore, nioposix, niossl]),
        house("RedisDriver", "Drivers/Redis", ["Bus", "Vocabulary", "Reactor"]),
        house("PostgreSQLDriver", "Drivers/PostgreSQL", ["Store", "Bus", "Vocabulary", "Reactor", "CPQ"]),

        // Front door
        house(
            "Conductor", "App/Conductor",
            [
                "Vocabulary", "Contracts", "Web", "Store", "Vault", "Ledger", "Bus", "Reactor", "Auth", "Users", "Targets", "Jobs",
                "Executions", "Schedules", "Notifications", "Audit", "Worker", "Frontend", "ConnectorPort", "SSHConnector",
                "LocalConnector", "NetworkConnector", "SQLiteDriver", "PostgreSQLDriver", "RedisDriver", "CurlDriver", "SyslogDriver",
                "Outbound", "CEpoll",
                lifecycle, logging,
            ]),
        house("Client", "App/Client", ["Vocabulary", "Contracts", "Web", "Ledger"]),
        .executableTarget(
            name: "opsconductor",
            dependencies: ["Conductor", "Client", "Contracts", "Vocabulary", "Web", "Ledger", arguments, logging],
            path: "Sources/App/opsconductor", swiftSettings: strict),

        // Measured against pgbench by `make bench`; no part of the product
        .executableTarget(
            name: "DriverBench", dependencies: ["PostgreSQLDriver", "Reactor", "Store"], path: "Benchmarks/Driver",
            swiftSettings: strict),

        // Tests
        .target(
            name: "Support",
            dependencies: ["Vocabulary", "Contracts", "Web", "Store", "SQLiteDriver", "PostgreSQLDriver", "Reactor", "Flow", logging],
            path: "Tests/Support",
            swiftSettings: strict),
        tests("Vocabulary", ["Vocabulary"]),
        tests("Flow", ["Flow", "Vocabulary"]),
        tests("Calendar", ["Calendar", "Vocabulary"]),
        tests("Store", ["Store", "SQLiteDriver", "PostgreSQLDriver", "RedisDriver", "Reactor", "Vocabulary", "Bus", logging]),
        tests("Archive", ["Archive"]),
        tests("Vault", ["Vault", "Vocabulary", crypto]),
        tests("Web", ["Web", "Contracts", "Vocabulary"]),
        tests("Connectors", ["ConnectorPort", "SSHConnector", "LocalConnector", "NetworkConnector", "Reactor", "Vocabulary"]),
        tests("Auth", ["Auth", "Users", "Bus", "Contracts", "Web", "Store", "Vocabulary", logging]),
        tests(
            "Targets",
            ["Targets", "Contracts", "Web", "Store", "SQLiteDriver", "Vault", "Vocabulary", "Flow", crypto, logging]),
        tests("Jobs", ["Jobs", "Contracts", "Web", "Store", "Vocabulary", "Flow", logging]),
        tests(
            "Executions",
            [
                "Executions", "Contracts", "Web", "Store", "SQLiteDriver", "Vault", "Vocabulary", "Bus", "Flow", "Worker",
                "ConnectorPort", "LocalConnector", "Reactor", "Archive", logging, crypto,
            ]),
        tests(
            "Schedules",
            ["Schedules", "Jobs", "Contracts", "Web", "Store", "Vault", "Bus", "Vocabulary", "Flow", "Calendar", logging, crypto]),
        tests("Outbound", ["Outbound", "CurlDriver", "Reactor", "Vocabulary"]),
        tests(
            "Notifications",
            [
                "Notifications", "Contracts", "Web", "Store", "SQLiteDriver", "Vault", "Vocabulary", "Flow", "Calendar", "Outbound",
                crypto, logging,
            ]),
        tests("Client", ["Client", "Contracts", "Web", "Vocabulary", logging]),
        tests(
            "Audit",
            ["Audit", "Ledger", "Client", "SyslogDriver", "Contracts", "Web", "Store", "SQLiteDriver", "Vocabulary", crypto, logging]),
        tests("Conductor", ["Conductor", "Bus", "Contracts", "Web", "Store", "Vocabulary", "SQLiteDriver", logging]),
    ]
)
