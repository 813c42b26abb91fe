import ArgumentParser
import Client
import Contracts
import Vocabulary

extension TargetCommand {
    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Connect to targets and show every stage on the way.")

        @OptionGroup var options: ServerOptions
        @Argument(help: "Names, serials or ids.") var targets: [String]
        @Option(help: "Only this connection method, from 1.") var method: Int?

        func run() async throws {
            let server = try options.connect()
            var tests: [ConnectionTest] = []
            for target in targets {
                let test = try await server.call(TargetsAPI.test, ["target": target], TestTarget(method: method.map { $0 - 1 }))
                tests.append(test)
                if options.output == .table { for line in TargetText.lines(test, of: target) { Terminal.say(line) } }
            }
            if options.output == .json { try options.print(tests) { [] } }
            if tests.contains(where: { !$0.succeeded }) { throw ExitCode(1) }
        }
    }

    struct Pin: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Pin the host key that a target shows.",
            discussion: "Compare the fingerprint with what the machine itself says (ssh-keygen -lf) before you confirm it.")

        @OptionGroup var options: ServerOptions
        @Argument(help: "Name, serial or id.") var target: String
        @Option(help: "Pin only if the key has this fingerprint, for example SHA256:...; asks otherwise.") var fingerprint: String?
        @Flag(help: "Take the place of the keys that are pinned now, for example after a machine was installed anew.") var replace = false

        func run() async throws {
            let server = try options.connect()
            let test = try await server.call(TargetsAPI.test, ["target": target], TestTarget())
            guard let key = test.attempts.compactMap(\.presentedKey).last else {
                guard test.succeeded else {
                    throw ClientFailure.failed("\(target) showed no host key: \(test.attempts.last?.cause ?? "it was not reached").")
                }
                if options.output == .table { Terminal.say("The host key of \(target) is pinned already.") }
                return
            }
            if key.isChange, !replace {
                throw ClientFailure.failed(
                    "\(target) showed \(key.fingerprint), which is not the pinned key; if the machine was installed anew, use --replace.")
            }
            try confirm(key)
            let pinned = try await server.call(
                TargetsAPI.pinHostKey, ["target": target],
                PinHostKey(algorithm: key.algorithm, blob: key.blob, replace: replace ? true : nil))
            try options.print(pinned) { ["Pinned \(key.algorithm) \(key.fingerprint) for \(pinned.name)."] }
        }

        private func confirm(_ key: PresentedHostKey) throws {
            if let fingerprint {
                guard fingerprint == key.fingerprint else {
                    throw ClientFailure.failed("\(target) showed \(key.fingerprint) and not \(fingerprint); nothing was pinned.")
                }
                return
            }
            guard Terminal.hasInput else {
                throw ClientFailure.usage(
                    "\(target) showed \(key.algorithm) \(key.fingerprint); confirm it with --fingerprint \(key.fingerprint)")
            }
            let answer = Terminal.ask("\(target) shows \(key.algorithm) \(key.fingerprint). Pin it? [y/N] ") ?? ""
            guard ["y", "yes"].contains(answer.lowercased()) else { throw ClientFailure.failed("Nothing was pinned.") }
        }
    }
}
