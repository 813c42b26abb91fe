import CLibSSH
import ConnectorPort
import Reactor

extension SSHSession {
    /// Ends the process group of a command over a second channel, and says what could be proved.
    func endGroup(of run: CommandRun) async {
        guard let channel = run.channel else { return run.settle(.gone) }
        guard let pid = await processId(of: run, channel) else {
            askPolitely(channel)
            return run.settle(.unconfirmed(lost.map { "the connection broke: \($0)" } ?? "the process id of the command is not known"))
        }
        let kill = GroupKill(pid: pid, killAfter: run.plan.killAfter, privateFile: run.command.privateFile, note: run.note)
        do {
            let answer = try await ask(kill.text, orUntil: { run.isGivenUp })
            run.settle(proof(answer))
        } catch {
            askPolitely(channel)
            run.settle(.unconfirmed(error.message))
        }
    }

    private func proof(_ answer: String?) -> KillProof {
        guard let answer else { return .unconfirmed("\(place) did not answer in time") }
        let words = answer.split(whereSeparator: \.isWhitespace)
        if words.last == "gone" { return .gone }
        guard let start = words.lastIndex(of: "left") else { return .unconfirmed("the shell of \(place) did not say what is left") }
        return .unconfirmed("these processes are still there: \(words[(start + 1)...].joined(separator: " "))")
    }

    /// The process id from the output; the reading loop finds it.
    private func processId(of run: CommandRun, _ channel: SSHChannel) async -> Int? {
        while run.marker.pid == nil, !run.marker.isSettled, !run.isGivenUp, lost == nil, !channel.isComplete {
            await channel.changed.wait(since: channel.changed.generation)
        }
        return run.marker.pid
    }

    /// The way of RFC 4254 section 6.9, which says nothing about the result and which sshd ignores for root.
    private func askPolitely(_ channel: SSHChannel) {
        guard lost == nil, !channel.isClosed else { return }
        ssh_channel_request_send_signal(channel.pointer, "TERM")
        ssh_channel_request_send_signal(channel.pointer, "KILL")
        adjustInterest()
    }
}
