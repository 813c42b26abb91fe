import Vocabulary

/// One measured thing with its samples, as Prometheus knows them.
package struct Metric: Sendable {
    /// How samples behave.
    package enum Kind: String, Sendable {
        /// Only grows while the process lives.
        case counter
        /// Goes up and down.
        case gauge
        /// Counts of durations up to limits.
        case histogram
    }

    /// A value with its labels.
    package struct Sample: Sendable {
        let suffix: String
        let labels: [(name: String, value: String)]
        let value: Double

        /// Makes a sample.
        /// - Parameter suffix: what is added to the metric's name, such as `_bucket` of a histogram.
        package init(_ value: Double, _ labels: [(name: String, value: String)] = [], suffix: String = "") {
            self.value = value
            self.labels = labels
            self.suffix = suffix
        }
    }

    let name: String
    let help: String
    let kind: Kind
    let samples: [Sample]

    /// Makes a metric. The name carries its unit; that of a counter ends with `_total`.
    package init(_ name: String, _ kind: Kind, _ help: String, _ samples: [Sample]) {
        self.name = name
        self.kind = kind
        self.help = help
        self.samples = samples
    }

    /// A metric with a single value.
    package init(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
        self.init(name, kind, help, [Sample(value)])
    }

    /// The text format of Prometheus, version 0.0.4.
    static func text(_ metrics: [Metric]) -> String {
        var lines: [String] = []
        for metric in metrics where !metric.samples.isEmpty {
            lines.append("# HELP \(metric.name) \(escaped(metric.help, quotes: false))")
            lines.append("# TYPE \(metric.name) \(metric.kind.rawValue)")
            for sample in metric.samples {
                let labels = sample.labels.map { "\($0.name)=\"\(escaped($0.value, quotes: true))\"" }.joined(separator: ",")
                lines.append("\(metric.name)\(sample.suffix)\(labels.isEmpty ? "" : "{\(labels)}") \(number(sample.value))")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        let text = text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
        return quotes ? text.replacing("\"", with: "\\\"") : text
    }

    private static func number(_ value: Double) -> String {
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
    }
}
