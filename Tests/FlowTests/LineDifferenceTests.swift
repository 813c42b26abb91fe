import Flow
import Support
import Testing

@Suite("Differences of lines")
struct LineDifferenceTests {
    @Test("shows what was removed and added, with three lines around and gaps between")
    func shows() throws {
        let before = (1...20).map { "line \($0)\n" }.joined()
        let after = before.replacing("line 5\n", with: "line five\n").replacing("line 17\n", with: "")

        let parts = try #require(LineDifference(from: Array(before.utf8), to: Array(after.utf8))).parts

        #expect(
            parts.map(Self.shown) == [
                "@1", " line 2", " line 3", " line 4", "-line 5", "+line five", " line 6", " line 7", " line 8", "@5", " line 14",
                " line 15",
                " line 16", "-line 17", " line 18", " line 19", " line 20",
            ])
    }

    @Test("the same texts have no difference, and an empty one is all of the other")
    func edges() throws {
        #expect(try #require(LineDifference(from: Array("a\nb".utf8), to: Array("a\nb".utf8))).parts == [])
        #expect(try #require(LineDifference(from: [], to: Array("a\nb\n".utf8))).parts.map(Self.shown) == ["+a", "+b"])
        #expect(
            try #require(LineDifference(from: Array("a\r\nb".utf8), to: Array("a\nb".utf8))).parts.map(Self.shown) == ["-a\r", "+a", " b"])
    }

    @Test("gives up when too much differs", .timeLimit(.minutes(1)))
    func givesUp() {
        let (before, after) = ((1...100_000).map { "a\($0)\n" }.joined(), (1...100_000).map { "b\($0)\n" }.joined())

        #expect(LineDifference(from: Array(before.utf8), to: Array(after.utf8)) == nil)
    }

    @Test("what it shows makes the second text out of the first, with no more changes than needed", arguments: 0..<20)
    func isRight(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let before = (0..<30).map { _ in "\(Int.random(in: 0...5, using: &random))" }
        var after = before
        let changes = Int.random(in: 0...6, using: &random)
        for _ in 0..<changes {
            let place = Int.random(in: 0..<after.count, using: &random)
            if Bool.random(using: &random) { after.remove(at: place) } else { after.insert("x", at: place) }
        }

        let difference = LineDifference(from: Array(before.joined(separator: "\n").utf8), to: Array(after.joined(separator: "\n").utf8))
        let parts = try #require(difference).parts

        var rest = before[...]
        var made: [String] = []
        var edits = 0
        for part in parts {
            switch part {
            case .same(let text, _, _):
                #expect(rest.removeFirst() == text)
                made.append(text)
            case .removed(let text, let number):
                #expect(before[number - 1] == text)
                rest.removeFirst()
                edits += 1
            case .added(let text, let number):
                #expect(after[number - 1] == text)
                made.append(text)
                edits += 1
            case .gap(let count):
                made += rest.prefix(count)
                rest.removeFirst(count)
            }
        }
        #expect(made == after || parts.isEmpty && before == after, "seed \(seed)")
        #expect(edits <= changes, "seed \(seed)")
    }

    private static func shown(_ part: LineDifference.Part) -> String {
        switch part {
        case .same(let text, _, _): " \(text)"
        case .removed(let text, _): "-\(text)"
        case .added(let text, _): "+\(text)"
        case .gap(let count): "@\(count)"
        }
    }
}
