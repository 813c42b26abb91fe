import Glibc

/// The processes of a session and of the group with the same number, as /proc shows them (proc(5)).
struct ProcessGroup {
    /// The leader's process id.
    let id: pid_t

    /// Sends a signal to the group, and to members of the session in other groups.
    func send(_ signal: Int32, to members: [pid_t]) {
        kill(-id, signal)
        for member in members { kill(member, signal) }
    }

    /// The living members; zombies are dead.
    func members() -> [pid_t] {
        guard let directory = opendir("/proc") else { return [] }
        defer { closedir(directory) }
        var found: [pid_t] = []
        while let entry = readdir(directory) {
            let pid = withUnsafePointer(to: &entry.pointee.d_name) { name in
                name.withMemoryRebound(to: CChar.self, capacity: 256) { strtol($0, nil, 10) }
            }
            if pid > 0, belongs(pid_t(pid)) { found.append(pid_t(pid)) }
        }
        return found
    }

    /// Reads `pid (name) state ppid pgrp session`; the name may hold anything, so the last parenthesis counts.
    private func belongs(_ pid: pid_t) -> Bool {
        let file = open("/proc/\(pid)/stat", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        let text = withUnsafeTemporaryAllocation(byteCount: 512, alignment: 1) { buffer in
            let count = read(file, buffer.baseAddress, buffer.count)
            return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
        }
        guard let end = text.lastIndex(of: ")") else { return false }
        let fields = text[text.index(after: end)...].split(separator: " ", maxSplits: 4)
        guard fields.count >= 4, fields[0] != "Z", fields[0] != "X" else { return false }
        return Int32(fields[2]) == id || Int32(fields[3]) == id
    }
}
