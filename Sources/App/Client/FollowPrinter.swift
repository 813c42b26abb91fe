import Contracts
import Foundation

/// Prints a run as it goes: output as `[target] text`, and on a terminal a bar below it.
package struct FollowPrinter {
    private let names: [Int: String]
    private let showsOutput: Bool
    private let showsBar = Terminal.hasError
    private let isSafe = !Terminal.hasOutput
    private var lines: [Key: OutputLines] = [:]
    private var bar = ""
    /// How far the run is.
    package private(set) var progress = RunProgress()

    private struct Key: Hashable {
        let branch: Int
        let stream: OutputStreamName
    }

    /// Prints output under the names of the branches' targets, or only the bar.
    package init(branches: [Branch], showsOutput: Bool) {
        names = Dictionary(branches.map { ($0.number, $0.targetName) }) { first, _ in first }
        self.showsOutput = showsOutput
        progress = RunProgress(total: branches.count)
    }

    /// Prints what is new in a piece of the feed.
    package mutating func print(_ entries: [FeedEntry]) {
        var output: [UInt8] = []
        var errors: [UInt8] = []
        for entry in entries where progress.add(entry) {
            guard showsOutput, let branch = entry.branch else { continue }
            if entry.kind == .output, let stream = entry.stream {
                let piece = entry.text.map { Array($0.utf8) } ?? entry.base64.flatMap { Data(base64Encoded: $0) }.map { Array($0) } ?? []
                let text = lines[Key(branch: branch, stream: stream), default: OutputLines()].add(piece).flatMap { line(branch, $0) }
                if stream == .stdout { output += text } else { errors += text }
            } else if entry.kind == .step || entry.kind == .branch {
                output += rest(of: branch, .stdout)
                errors += rest(of: branch, .stderr)
                errors += note(on: entry, branch)
            }
        }
        guard !output.isEmpty || !errors.isEmpty || showsBar else { return }
        clear()
        Terminal.write(output)
        Terminal.complain(errors)
        draw()
    }

    /// Removes the bar.
    package mutating func clear() {
        guard !bar.isEmpty else { return }
        Terminal.complain("\r\u{1B}[K")
        bar = ""
    }

    private mutating func draw() {
        guard showsBar, !progress.isFinal else { return }
        bar = progress.bar(width: Terminal.width)
        Terminal.complain(bar)
    }

    private mutating func rest(of branch: Int, _ stream: OutputStreamName) -> [UInt8] {
        lines[Key(branch: branch, stream: stream)]?.finish().map { line(branch, $0) } ?? []
    }

    private func line(_ branch: Int, _ text: [UInt8]) -> [UInt8] {
        let shown = isSafe ? text : Array(TextTable.visible(String(decoding: text, as: UTF8.self)).utf8)
        return Array("[\(name(branch))] ".utf8) + shown + [10]
    }

    private func name(_ branch: Int) -> String { names[branch] ?? "branch \(branch)" }

    /// What is worth a line besides output: a branch that ended badly, and why.
    private func note(on entry: FeedEntry, _ branch: Int) -> [UInt8] {
        guard let state = entry.branchState, state.isFinal, state != .succeeded else { return [] }
        let why = entry.cause.map { ": \($0)" } ?? ""
        return Array("[\(name(branch))] \(state.rawValue.replacing("_", with: " "))\(TextTable.visible(why))\n".utf8)
    }
}
