/// The shell text that ends a process group and session on the target and proves that it is gone. It uses what dash, bash and
/// busybox have in common; processes are read from /proc, or from POSIX `ps` where that is missing: as a whole, because reading them one by one in a shell
/// takes seconds on a machine with many, and only when the group is gone or a stage ends.
struct GroupKill {
    /// The process id of the login shell that ran the command, which leads the session and the group.
    let pid: Int
    /// Time between TERM and KILL.
    let killAfter: Duration
    /// A shell word for a file to remove in the end.
    let privateFile: String?
    /// A file to note in that the group is ended, and the word to note.
    var note: (file: String, word: String)?

    /// Prints `gone`, or `left` and the process ids that are still there.
    var text: String {
        """
        \(note.map { "echo \($0.word) >\(ShellText.quote($0.file))" } ?? ":")
        p=\(pid)
        left() {
          if [ -r /proc/self/stat ]; then
            cat /proc/[0-9]*/stat | grep -E "\\) [^ZX] [0-9]+ ($p -?[0-9]+|-?[0-9]+ $p) " | while read -r i r; do echo $i; done
          else
            ps -A -o pid= -o pgid= -o stat= | while read -r i g t; do
              case $t in Z*) continue ;; esac
              if [ "$g" = $p ]; then echo $i; fi
            done
          fi
        } 2>/dev/null
        over() { l=$(left); [ -z "$l" ] || return 1; \(privateFile.map { "rm -f \($0); " } ?? "")echo gone; exit 0; }
        end() { over; kill -s $1 -- -$p $l 2>/dev/null; for w in $2; do kill -0 -- -$p 2>/dev/null || over; sleep $w || sleep 1; done; over; }
        end TERM '\(waits(for: killAfter))'
        end KILL '0.02 0.05 0.1 0.2 0.4 0.8 1 1'
        echo left $l
        """
    }

    /// Pauses that add up to a duration: short at first, because most programs obey at once.
    private func waits(for duration: Duration) -> String {
        var rest = Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
        var wait = 0.02
        var waits: [String] = []
        while rest > 0.005, waits.count < 200 {
            let next = min(wait, rest)
            waits.append(String(Double(Int((next * 1000).rounded())) / 1000))
            rest -= next
            wait = min(wait * 2, max(0.25, rest / 100))
        }
        return waits.joined(separator: " ")
    }
}
