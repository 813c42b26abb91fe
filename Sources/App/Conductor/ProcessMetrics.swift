import Foundation
import Web

/// What the operating system knows about this process, under the names that every Prometheus client uses.
enum ProcessMetrics {
    static func now() -> [Metric] {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        let seconds = [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
        var metrics = [
            Metric("opsconductor_info", .gauge, "The version that runs.", [Metric.Sample(1, [("version", Version.text)])]),
            Metric("process_cpu_seconds_total", .counter, "CPU time of the process.", seconds),
        ]
        // Sizes in pages: total, resident, ...; proc(5).
        let sizes = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ").compactMap { Int($0) } ?? []
        if sizes.count > 1 {
            metrics.append(
                Metric(
                    "process_resident_memory_bytes", .gauge, "Memory of the process that is in RAM.",
                    Double(sizes[1] * sysconf(Int32(_SC_PAGESIZE)))))
        }
        if let files = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
            metrics.append(Metric("process_open_fds", .gauge, "Open files and connections.", Double(files.count)))
        }
        return metrics
    }
}
