import Flow
import Support
import Testing

@Suite("Search in output")
struct LineSearchTests {
    private func search(_ text: String, _ pieces: [String]) -> [LineSearch.Match] {
        var search = LineSearch(text, at: .init(piece: 1, offset: 0, line: 1))
        var matches: [LineSearch.Match] = []
        for (index, piece) in pieces.enumerated() { matches += search.take(Array(piece.utf8), piece: index + 1, from: 0) }
        return matches + (search.finish().map { [$0] } ?? [])
    }

    @Test("finds lines with their numbers, whatever the case, and one that has no end")
    func finds() {
        let matches = search("Error", ["one\nan ERROR here\nerror error\n", "last err", "or"])

        #expect(matches.map(\.line) == [2, 3, 4])
        #expect(matches.map(\.text) == ["an ERROR here", "error error", "last error"])
    }

    @Test("finds the same wherever the pieces are cut and wherever it goes on", arguments: 0..<20)
    func goesOn(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let lines = (0..<40).map { number in
            Int.random(in: 0...3, using: &random) == 0
                ? "\(number) found it é" : String(repeating: "x", count: Int.random(in: 0...30, using: &random))
        }
        let whole = Array((lines.joined(separator: "\n") + "\n").utf8)
        var (pieces, rest): ([[UInt8]], ArraySlice<UInt8>) = ([], whole[...])
        while !rest.isEmpty {
            pieces.append(Array(rest.prefix(Int.random(in: 1...50, using: &random))))
            rest = rest.dropFirst(pieces[pieces.count - 1].count)
        }

        var (place, found): (LineSearch.Place, [Int]) = (.init(piece: 0, offset: 0, line: 1), [])
        while place.piece < pieces.count {
            var search = LineSearch("FOUND", at: place)
            var next: LineSearch.Place?
            for index in place.piece..<pieces.count where next == nil {
                let matches = search.take(pieces[index], piece: index, from: index == place.piece ? place.offset : 0)
                if let first = matches.first {
                    found.append(first.line)
                    next = first.next
                } else if Bool.random(using: &random) {
                    next = search.place.piece == place.piece && search.place.offset == place.offset ? nil : search.place
                }
            }
            place = next ?? .init(piece: pieces.count, offset: 0, line: 0)
        }

        let expected = lines.enumerated().filter { $0.element.contains("found") }.map { $0.offset + 1 }
        #expect(found == expected, "seed \(seed)")
    }

    @Test("looks at endless lines in parts and tells each once", .timeLimit(.minutes(1)))
    func longLines() {
        let long = String(repeating: "a", count: 100_000) + "needle" + String(repeating: "b", count: 100_000) + "needle\nneedle"

        let matches = search("needle", stride(from: 0, to: long.utf8.count, by: 997).map { String(long.dropFirst($0).prefix(997)) })

        #expect(matches.map(\.line) == [1, 2])
        #expect(matches[0].text.utf8.count < 600 && matches[0].text.contains("aaneedlebb"))
    }
}
