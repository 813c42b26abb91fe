import Contracts
import Testing
import Vocabulary

@testable import Targets

@Suite("Health of one connection method")
struct HealthFlowTests {
    /// `-` fails, `+` succeeds quickly, `s` succeeds slowly; the letters of the states that follow: unknown, healthy, warning, critical.
    @Test(
        "A state changes after exactly as many checks in a row as its rules ask for",
        arguments: [
            ("+", 3, 2, "h"), ("-", 3, 2, "u"), ("---", 3, 2, "uuc"), ("-", 1, 1, "c"), ("+---", 3, 2, "hhhc"),
            ("+--+--+---", 3, 2, "hhhhhhhhhc"), ("---+", 3, 2, "uucc"), ("---++", 3, 2, "uucch"), ("---+-++", 3, 2, "uucccch"),
            ("---+--+++", 3, 3, "uucccccch"), ("+ss", 3, 2, "hhh"), ("+sss", 3, 2, "hhhw"), ("sss", 3, 2, "hhw"),
            ("+sss+", 3, 2, "hhhww"), ("+sss++", 3, 2, "hhhwwh"), ("+sss+s+s", 3, 2, "hhhwwwww"), ("+sss---", 3, 2, "hhhwwwc"),
            ("---ss", 3, 2, "uuccw"), ("---ss++", 3, 2, "uuccwwh"), ("+ss-ss-sss", 3, 2, "hhhhhhhhhw"),
        ] as [(String, Int, Int, String)])
    func hysteresis(checks: String, fail: Int, recover: Int, expected: String) {
        let rules = HealthRules(failThreshold: fail, recoverThreshold: recover, warnMilliseconds: 100)
        var (run, states) = (HealthRun(), "")
        for (number, check) in checks.enumerated() {
            let outcome: CheckOutcome = check == "-" ? .failed : .succeeded(milliseconds: check == "s" ? 101 : 100)
            run.take(outcome, rules, at: Timestamp(milliseconds: Int64(number)))
            states.append(run.state.rawValue.first ?? "?")
        }
        #expect(states == expected, "\(checks)")
    }

    @Test("A state is dated by the check that changed it, not by later ones")
    func since() {
        let rules = HealthRules(failThreshold: 2, recoverThreshold: 1)
        var run = HealthRun()
        for number in 1...4 { run.take(.failed, rules, at: Timestamp(milliseconds: Int64(number))) }
        #expect(run.state == .critical)
        #expect(run.since == Timestamp(milliseconds: 2))
        #expect(run.failures == 4)
    }

    @Test("Without a limit nothing is slow")
    func noLimit() {
        var run = HealthRun()
        for _ in 0..<9 {
            run.take(.succeeded(milliseconds: 99_999), HealthRules(failThreshold: 1, recoverThreshold: 1), at: Timestamp(milliseconds: 0))
        }
        #expect(run.state == .healthy)
    }

    @Test(
        "A target is critical when no method can be used, and has a warning when one cannot",
        arguments: [
            ([], .unknown), ([.unknown], .unknown), ([.healthy], .healthy), ([.healthy, .unknown], .healthy), ([.critical], .critical),
            ([.critical, .healthy], .warning), ([.critical, .critical], .critical), ([.critical, .unknown], .warning),
            ([.warning], .warning), ([.warning, .healthy], .warning), ([.warning, .critical], .warning),
        ] as [([HealthState], HealthState)])
    func sums(methods: [HealthState], expected: HealthState) {
        #expect(HealthSum.state(of: methods) == expected)
    }

    @Test("Checks of ten thousand methods are spread evenly over the interval, whenever they were added")
    func spreading() {
        let now = Timestamp(milliseconds: 1_790_000_123_456)
        var seconds = [Int](repeating: 0, count: 300)
        for number in 0..<10_000 {
            let key = "01990000-0000-7000-8000-\(String(number, radix: 16))/0"
            let next = CheckTimes.next(key, every: .seconds(300), after: now)
            #expect(next > now && next <= now + .seconds(300))
            seconds[Int((next - now).seconds - 0.000001)] += 1
            let after = CheckTimes.next(key, every: .seconds(300), after: next)
            #expect(after - next == .seconds(300))
        }
        #expect(seconds.max() ?? 0 < 70, "33 are to be expected in a second: \(seconds)")
        #expect(seconds.min() ?? 0 > 8, "33 are to be expected in a second: \(seconds)")
    }

    @Test("A check that comes late keeps its place in the interval")
    func lateness() {
        let first = CheckTimes.next("a/0", every: .seconds(60), after: Timestamp(milliseconds: 1_790_000_000_000))
        let late = CheckTimes.next("a/0", every: .seconds(60), after: first + .milliseconds(900))
        #expect(late - first == .seconds(60))
    }

    @Test("One method that is added is checked within seconds, ten thousand take their interval")
    func first() {
        let now = Timestamp(milliseconds: 1_790_000_000_000)
        let one = CheckTimes.first("a/0", of: 1, every: .seconds(300), after: now)
        #expect(one - now <= .seconds(1))
        let times = (0..<10_000).map { CheckTimes.first("\($0)/0", of: 10_000, every: .seconds(300), after: now) - now }
        #expect(times.filter { $0 < .seconds(10) }.count < 600)
    }
}
