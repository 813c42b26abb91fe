import CurlDriver
import Logging
import RedisDriver
import SyslogDriver
import Vocabulary
import Web

/// All settings of the process, read once from the environment.
package struct Settings: Sendable {
    /// The address to listen on.
    package var host: String
    /// The TCP port to listen on; 0 takes any free one.
    package var port: Int
    /// The directory of the databases.
    package var dataDirectory: String
    /// The file of the encryption key.
    package var secretKeyFile: String
    /// The file with which a process of nothing but a worker proves to be one; empty where the encryption key is at hand.
    package var workerKeyFile: String
    /// Which services live here and where the others are.
    package let plan: Plan
    /// The address that people use, for links; empty where it is this process's own.
    package var publicURL: String
    /// Where messages between processes travel; nil when there is but this one.
    package var redis: RedisSettings?
    /// Connections to each PostgreSQL database.
    package var databaseConnections: Int
    /// The directory of the built web app; empty serves none.
    package var webRoot: String
    /// The least important messages that are logged.
    package var logLevel: Logger.Level
    /// Whether log lines are JSON.
    package var logsAreJSON: Bool
    /// Origins of other web apps that may call the API.
    package var corsOrigins: [String]
    /// Proxies whose `X-Forwarded-For` is believed.
    package var trustedProxies: TrustedProxies
    /// The largest request body.
    package var bodyLimitBytes: Int
    /// Whether `/metrics` is served.
    package var metrics: Bool
    /// A WebSocket client that takes nothing for so long is disconnected.
    package var slowReader: Duration
    /// A browser session ends after so long without a request.
    package var sessionIdle: Duration
    /// Any sign-in ends after so long.
    package var sessionLife: Duration
    /// Whether browsers come over TLS only.
    package var cookieIsSecure: Bool
    /// How many branches the worker runs at the same time.
    package var workerSlots: Int
    /// How long a connection to a target stays open after a run.
    package var connectionIdle: Duration
    /// How long running branches may go on after SIGTERM.
    package var drain: Duration
    /// How long a lease lasts without a heartbeat.
    package var lease: Duration
    /// How long after the end of a run its output is packed.
    package var archiveAfter: Duration
    /// How long the ledger of occurrences is kept.
    package var scheduleHistory: Duration
    /// Where webhooks and mail may go, and whom they trust.
    package var outbound: CurlSettings
    /// How long notifications that were sent, and alerts that are over, are kept.
    package var notificationsKept: Duration
    /// How many threads serve SSH connections and local processes.
    package var reactors: Int
    /// The directory outside to which signed heads of the audit log are written; nil for none.
    package var auditHeads: String?
    /// Where the audit log is forwarded to; nil for nowhere.
    package var auditSyslog: SyslogSettings?
    /// Every setting with its value, its source and what is wrong with it.
    package let all: [SettingValue]

    /// Reads the environment; mistakes are in `all`.
    package init(environment: [String: String]) {
        var reader = SettingReader(environment)
        host = NetworkWord.address(reader.text(Self.http.host))
        port = reader.number(Self.http.port, 0...65535)
        dataDirectory = reader.text(Self.files.data)
        secretKeyFile = reader.text(Self.files.key)
        if secretKeyFile.isEmpty { secretKeyFile = dataDirectory + "/secret.key" }
        webRoot = reader.text(Self.files.web)
        workerKeyFile = reader.text(Self.files.workerKey)
        plan = Plan(&reader)
        publicURL = reader.text(Self.http.publicURL)
        while publicURL.hasSuffix("/") { publicURL.removeLast() }
        if plan.has(.frontend), webRoot.isEmpty, !plan.isWhole {
            reader.mistake("WEB_ROOT is missing: frontend lives here and serves the built web app.", on: Self.files.web)
        }
        let redisURL = reader.secret(Self.redis, shown: DatabaseURL.withoutPassword)
        redis = RedisSettings(url: redisURL)
        if !redisURL.isEmpty, redis == nil {
            reader.mistake("REDIS_URL must be a URI such as redis://:password@host:6379/0.")
        }
        databaseConnections = reader.number(Self.databaseConnections, 1...1000)
        logLevel =
            Logger.Level(rawValue: reader.word(Self.logLevel, Logger.Level.allCases.map(\.rawValue))) ?? .info
        logsAreJSON = reader.word(Self.logFormat, ["text", "json"]) == "json"
        corsOrigins = reader.list(Self.edge.origins)
        let proxies = TrustedProxies(reader.list(Self.edge.proxies))
        if proxies == nil { reader.mistake("TRUSTED_PROXIES must be addresses or networks such as 10.0.0.0/8.") }
        trustedProxies = proxies ?? TrustedProxies()
        cookieIsSecure = reader.flag(Self.edge.secure)
        bodyLimitBytes = reader.number(Self.http.body, 1024...1_000_000_000)
        metrics = reader.flag(Self.http.metrics)
        slowReader = .seconds(reader.number(Self.http.slowReader, 1...3600))
        sessionIdle = .seconds(reader.number(Self.session.idle, 60...604_800))
        sessionLife = .seconds(reader.number(Self.session.life, 300...31_536_000))
        workerSlots = reader.number(Self.worker.slots, 1...10_000)
        connectionIdle = .seconds(reader.number(Self.worker.idle, 0...86_400))
        drain = .seconds(reader.number(Self.worker.drain, 0...86_400))
        lease = .seconds(reader.number(Self.worker.lease, 5...3600))
        archiveAfter = .seconds(reader.number(Self.archiveAfter, 1...604_800))
        scheduleHistory = .seconds(reader.number(Self.scheduleHistory, 1...3650) * 86_400)
        outbound = OutboundSettings.read(&reader)
        notificationsKept = .seconds(86_400 * reader.number(Self.notificationsKept, 1...3650))
        reactors = reader.number(Self.worker.reactors, 1...64)
        let heads = reader.text(Self.audit.heads)
        auditHeads = heads.isEmpty ? nil : heads
        let syslog = reader.text(Self.audit.syslog)
        auditSyslog = SyslogSettings(url: syslog)
        if !syslog.isEmpty, auditSyslog == nil {
            reader.mistake("AUDIT_SYSLOG_URL must be syslog+udp://host:port, syslog+tcp://host:port or syslog+tls://host:port.")
        }
        all = reader.values
    }

    /// Where the server of this machine is reached from this machine.
    package var ownAddress: String {
        let host = host == NetworkWord.address("any") ? NetworkWord.address("loopback") : host
        return host.contains(":") ? "http://[\(host)]:\(port)" : "http://\(host):\(port)"
    }

    /// What is wrong, all of it.
    package var mistakes: [String] { all.compactMap(\.mistake) }

    private static let http = (
        host: Setting("HTTP_HOST", "loopback", "Address to listen on; the words loopback and any stand for those addresses"),
        port: Setting("HTTP_PORT", "8080", "TCP port to listen on; 0 takes any free one"),
        body: Setting("BODY_LIMIT_BYTES", "12582912", "Largest request body in bytes"),
        publicURL: Setting("PUBLIC_URL", "", "Address that people use, such as https://host; that of this process if empty"),
        metrics: Setting(
            "METRICS", "false", "true serves /metrics for Prometheus to whoever reaches this process; nginx lets nobody from outside see it"
        ),
        slowReader: Setting("SLOW_READER_SECONDS", "20", "Seconds after which a live client that takes nothing is disconnected")
    )
    private static let files = (
        data: Setting("DATA_DIR", "data", "Directory of the databases; made with mode 0700"),
        key: Setting("SECRET_KEY_FILE", "", "File of the encryption key; made with mode 0600; secret.key in DATA_DIR if empty"),
        workerKey: Setting(
            "WORKER_KEY_FILE", "", "File with the key of workers, where nothing but a worker lives; SECRET_KEY_FILE if empty"),
        web: Setting("WEB_ROOT", "", "Directory of the built web app; none is served if empty")
    )
    private static let redis = Setting("REDIS_URL", "", "Redis URI for messages between processes; none is used if empty")
    private static let databaseConnections = Setting(
        "DATABASE_CONNECTIONS", "10", "Connections to each PostgreSQL database at the same time, at most")
    private static let logLevel = Setting("LOG_LEVEL", "info", "trace, debug, info, notice, warning, error or critical")
    private static let logFormat = Setting("LOG_FORMAT", "text", "text, or json for one JSON object a line")
    private static let scheduleHistory = Setting(
        "SCHEDULE_HISTORY_DAYS", "90", "For so many days it is kept what became of instants that were due")
    private static let archiveAfter = Setting(
        "ARCHIVE_AFTER_SECONDS", "60", "Seconds after the end of a run until its output is packed")
    private static let audit = (
        heads: Setting(
            "AUDIT_HEADS_DIR", "", "Directory to which signed heads of the audit log are written, best on another machine; none if empty"),
        syslog: Setting(
            "AUDIT_SYSLOG_URL", "",
            "Where the audit log is forwarded to: syslog+udp://host:port, syslog+tcp://host:port or syslog+tls://host:port; nowhere if empty"
        )
    )
    private static let edge = (
        origins: Setting("CORS_ORIGINS", "", "Origins of other web apps that may call the API, separated by commas"),
        proxies: Setting("TRUSTED_PROXIES", "", "Addresses or networks of proxies whose X-Forwarded-For is believed"),
        secure: Setting("COOKIE_SECURE", "false", "true if browsers come over TLS only")
    )
    private static let notificationsKept = Setting(
        "NOTIFICATIONS_KEEP_DAYS", "30", "Days that notifications which were sent, and alerts that are over, are kept")
    private static let session = (
        idle: Setting("SESSION_IDLE_SECONDS", "28800", "Seconds without a request after which a browser session ends"),
        life: Setting("SESSION_LIFE_SECONDS", "604800", "Seconds after which any sign-in ends")
    )
    private static let worker = (
        slots: Setting("WORKER_SLOTS", "200", "Branches that run at the same time"),
        idle: Setting("CONNECTION_IDLE_SECONDS", "60", "Seconds that a connection to a target stays open after a run; 0 closes it"),
        drain: Setting("DRAIN_SECONDS", "10", "Seconds that running branches may go on after SIGTERM"),
        lease: Setting("LEASE_SECONDS", "15", "Seconds that a worker's lease lasts without a heartbeat"),
        reactors: Setting("REACTOR_THREADS", "2", "Threads that serve SSH connections and local processes")
    )
}
