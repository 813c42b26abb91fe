import Support
import Testing
import Vocabulary

@testable import Web

@Suite("Metrics", .timeLimit(.minutes(1)))
struct MetricsTests {
    @Test("the text has help, type, labels and plain numbers, and escapes what would break a line")
    func text() {
        let text = Metric.text([
            Metric("jobs_total", .counter, "Jobs\nso \\ far.", [Metric.Sample(3, [("name", "a \"b\"\n\\c")]), Metric.Sample(0.25)]),
            Metric("nothing", .gauge, "Not measured.", []),
        ])

        #expect(
            text == """
                # HELP jobs_total Jobs\\nso \\\\ far.
                # TYPE jobs_total counter
                jobs_total{name="a \\"b\\"\\n\\\\c"} 3
                jobs_total 0.25

                """)
    }

    @Test("a histogram adds up its buckets to the count")
    func histogram() {
        let meter = RequestMeter()
        for milliseconds in [1, 5, 6, 200, 60_000] { meter.count("GET /a", status: 200, took: .milliseconds(milliseconds)) }
        meter.count("GET /a", status: 503, took: .milliseconds(3))

        let lines = Metric.text(meter.metrics).split(separator: "\n").map(String.init)

        for line in [
            #"opsconductor_http_requests_total{route="GET /a",status="2xx"} 5"#,
            #"opsconductor_http_requests_total{route="GET /a",status="5xx"} 1"#,
            #"opsconductor_http_request_duration_seconds_bucket{route="GET /a",le="0.005"} 3"#,
            #"opsconductor_http_request_duration_seconds_bucket{route="GET /a",le="0.01"} 4"#,
            #"opsconductor_http_request_duration_seconds_bucket{route="GET /a",le="30.0"} 5"#,
            #"opsconductor_http_request_duration_seconds_bucket{route="GET /a",le="+Inf"} 6"#,
            #"opsconductor_http_request_duration_seconds_sum{route="GET /a"} 60.215"#,
            #"opsconductor_http_request_duration_seconds_count{route="GET /a"} 6"#,
        ] {
            #expect(lines.contains(line), "\(line)")
        }
    }

    @Test("requests are counted under their template, unknown paths are one thing, and without metrics there is no such page")
    func served() async throws {
        try await PaintShop.open(metrics: { [Metric("paint_litres", .gauge, "Paint that is left.", 7)] }) { client, _ in
            _ = try await client.get("/api/paints/1").body()
            _ = try await client.get("/api/paints/2").body()
            _ = try await client.get("/wp-admin").body()
            let answer = try await client.get("/metrics")
            let text = try await answer.text()

            #expect(answer.header("content-type") == "text/plain; version=0.0.4; charset=utf-8")
            #expect(text.contains("paint_litres 7\n"))
            #expect(text.contains(#"opsconductor_http_requests_total{route="GET /api/paints/{paint}",status="2xx"} 2"#))
            #expect(text.contains(#"opsconductor_http_requests_total{route="other",status="4xx"} 1"#))
        }
        try await PaintShop.open { client, _ in
            let status = try await client.get("/metrics").status
            #expect(status == 404)
        }
    }
}
