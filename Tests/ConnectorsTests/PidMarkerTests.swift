import Testing

@testable import SSHConnector

@Suite("The marker with the process id")
struct PidMarkerTests {
    private static let marker = "pidabcpidabd"

    private func feed(_ pieces: [[UInt8]]) -> (marker: PidMarker, output: String) {
        var marker = PidMarker(Self.marker)
        var output: [UInt8] = []
        for piece in pieces { output += marker.take(piece) }
        output += marker.finish()
        return (marker, String(decoding: output, as: UTF8.self))
    }

    @Test("is taken out wherever the pieces are cut", arguments: ["", "noise\n", "pidabcpidab", "pidpidabc"])
    func cuts(before: String) {
        let whole = Array("\(before)\(Self.marker)4711\nhello\n\(Self.marker)".utf8)

        for cut in 0...whole.count {
            let (marker, output) = feed([Array(whole[..<cut]), Array(whole[cut...])])
            #expect(marker.pid == 4711)
            #expect(output == "\(before)hello\n\(Self.marker)")
        }
        #expect(feed(whole.map { [$0] }).output == "\(before)hello\n\(Self.marker)")
    }

    @Test("may be missing, and nothing is lost then")
    func missing() {
        let (marker, output) = feed([Array("some output pidabc".utf8)])

        #expect(marker.pid == nil && marker.isSettled)
        #expect(output == "some output pidabc")
    }

    @Test("is not waited for beyond the limit")
    func patience() {
        var marker = PidMarker(Self.marker)
        let flood = [UInt8](repeating: UInt8(ascii: "p"), count: PidMarker.patience + 1)

        #expect(marker.take(flood).count == flood.count)
        #expect(marker.isSettled)
    }

    @Test("of a shell that cannot enter the directory says so")
    func outside() {
        #expect(feed([Array("\(Self.marker)-\n".utf8)]).marker.isStuckOutside)
    }
}
