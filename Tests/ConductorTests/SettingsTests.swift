import Conductor
import Testing

@Suite("Settings")
struct SettingsTests {
    @Test("an empty environment gives settings that work on this machine only")
    func defaults() {
        let settings = Settings(environment: [:])

        #expect(settings.mistakes.isEmpty)
        #expect(settings.host == "127.0.0.1")
        #expect(settings.port == 8080)
        #expect(settings.dataDirectory == "data")
        #expect(settings.secretKeyFile == "data/secret.key")
        #expect(settings.webRoot.isEmpty)
        #expect(settings.logLevel == .info)
        #expect(settings.corsOrigins.isEmpty)
        #expect(settings.lease == .seconds(15))
        #expect(settings.all.allSatisfy { !$0.isFromEnvironment })
    }

    @Test("a value counts as one from the environment only when it is not empty")
    func source() throws {
        let settings = Settings(environment: ["DATA_DIR": "there", "HTTP_PORT": "", "CORS_ORIGINS": "a, b,,"])

        let given = settings.all.filter(\.isFromEnvironment).map(\.setting.key)
        #expect(given == ["DATA_DIR", "CORS_ORIGINS"])
        #expect(settings.secretKeyFile == "there/secret.key")
        #expect(settings.port == 8080)
        #expect(settings.corsOrigins == ["a", "b"])
    }

    @Test("every mistake is told at once, each with the name of its setting")
    func mistakes() {
        let wrong = [
            "HTTP_PORT": "70000", "LOG_LEVEL": "loud", "COOKIE_SECURE": "maybe", "TRUSTED_PROXIES": "everybody",
            "WORKER_SLOTS": "many", "LEASE_SECONDS": "0",
        ]

        let settings = Settings(environment: wrong)

        let named = Set(settings.all.filter { $0.mistake != nil }.map(\.setting.key))
        #expect(named == Set(wrong.keys))
        #expect(settings.mistakes.count == wrong.count)
        for (key, value) in wrong where key != "TRUSTED_PROXIES" {
            #expect(settings.mistakes.contains { $0.contains(key) && $0.contains("\"\(value)\"") })
        }
    }

    @Test("an unknown word is told which words there are")
    func unknownWords() {
        let settings = Settings(environment: ["LOG_LEVEL": "loud", "COOKIE_SECURE": "yes"])

        #expect(
            settings.mistakes == [
                "LOG_LEVEL must be one of trace, debug, info, notice, warning, error, critical, not \"loud\".",
                "COOKIE_SECURE must be true or false, not \"yes\".",
            ])
    }

    @Test("every setting is named once and explained")
    func names() {
        let all = Settings(environment: [:]).all

        #expect(Set(all.map(\.setting.key)).count == all.count)
        #expect(all.allSatisfy { !$0.setting.meaning.isEmpty })
    }
}
