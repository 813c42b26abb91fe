import CEpoll
import Foundation

/// How much memory the process holds on to.
enum ProcessMemory {
    /// Two arenas of the C library's allocator instead of eight for each core, because every one keeps its own free memory; they grow by
    /// 512 KiB at a time. Called before the threads start.
    static func settle() {
        mallopt(M_ARENA_MAX, 2)
        mallopt(M_TOP_PAD, 512 << 10)
        mallopt(M_MMAP_THRESHOLD, 1 << 20)
    }

    /// Unmaps code, a third of which only the start needed. What runs again comes back from the operating system's cache, page by page.
    /// Code is never written to, so nothing is lost. Called when the start is over.
    static func forgetStart() {
        guard let maps = try? String(contentsOfFile: "/proc/self/maps", encoding: .utf8) else { return }
        for line in maps.split(separator: "\n") {
            // For example `55cf4014b000-55cf42a12000 r-xp 00000000 fe:00 6119967  /usr/bin/opsconductor`; proc_pid_maps(5).
            let fields = line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: true)
            guard fields.count == 6, fields[1] == "r-xp", fields[5].contains("/") else { continue }
            let ends = fields[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
            guard ends.count == 2, ends[0] < ends[1] else { continue }
            madvise(UnsafeMutableRawPointer(bitPattern: ends[0]), Int(ends[1] - ends[0]), MADV_DONTNEED)
        }
    }
}
