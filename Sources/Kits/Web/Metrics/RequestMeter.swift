import Synchronization
import Vocabulary

/// Counts requests by route and status and measures how long they took.
final class RequestMeter: Sendable {
    private struct Row {
        /// By the first digit of the status.
        var statuses = [Int](repeating: 0, count: 6)
        var buckets = [Int](repeating: 0, count: RequestMeter.limits.count + 1)
        var milliseconds: Int64 = 0

        mutating func count(_ digit: Int, _ bucket: Int, _ took: Int64) {
            statuses[digit] += 1
            buckets[bucket] += 1
            milliseconds += took
        }
    }

    /// The upper limits of the duration buckets, in milliseconds.
    private static let limits: [Int64] = [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000]

    private let rows = Mutex<[String: Row]>([:])

    /// Counts an answered request; `route` is the method with the path template, so that there are not too many.
    func count(_ route: String, status: Int, took: Duration) {
        let milliseconds = max(0, took.milliseconds)
        let bucket = Self.limits.firstIndex { milliseconds <= $0 } ?? Self.limits.count
        rows.withLock { $0[route, default: Row()].count(min(max(status / 100, 0), 5), bucket, milliseconds) }
    }

    var metrics: [Metric] {
        let rows = rows.withLock { $0 }.sorted { $0.key < $1.key }
        return [
            Metric(
                "opsconductor_http_requests_total", .counter, "Requests answered, by route and class of status.",
                rows.flatMap { route, row in
                    row.statuses.enumerated().filter { $0.element > 0 }.map { digit, count in
                        Metric.Sample(Double(count), [("route", route), ("status", "\(digit)xx")])
                    }
                }),
            Metric(
                "opsconductor_http_request_duration_seconds", .histogram, "How long requests took until the head of the answer.",
                rows.flatMap { Self.histogram($0, $1) }),
        ]
    }

    private static func histogram(_ route: String, _ row: Row) -> [Metric.Sample] {
        var sum = 0
        var samples = zip(limits, row.buckets).map { limit, count in
            sum += count
            return Metric.Sample(Double(sum), [("route", route), ("le", "\(Double(limit) / 1000)")], suffix: "_bucket")
        }
        sum += row.buckets[limits.count]
        samples.append(Metric.Sample(Double(sum), [("route", route), ("le", "+Inf")], suffix: "_bucket"))
        samples.append(Metric.Sample(Double(row.milliseconds) / 1000, [("route", route)], suffix: "_sum"))
        samples.append(Metric.Sample(Double(sum), [("route", route)], suffix: "_count"))
        return samples
    }
}
