import Foundation

/// The terminal, or whatever stands in its place.
package enum Terminal {
    /// Whether standard output is a terminal.
    package static var hasOutput: Bool { isatty(STDOUT_FILENO) == 1 }
    /// Whether standard error is a terminal.
    package static var hasError: Bool { isatty(STDERR_FILENO) == 1 }
    /// Whether standard input is a terminal.
    package static var hasInput: Bool { isatty(STDIN_FILENO) == 1 }

    /// The columns of the terminal on standard error; 80 when that is not known.
    package static var width: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// Writes to standard output. When nobody reads any more the process ends, as it would by SIGPIPE.
    package static func write(_ bytes: [UInt8]) { write(bytes, to: STDOUT_FILENO) }

    /// Writes a line to standard output.
    package static func say(_ line: String) { write(Array(line.utf8) + [10]) }

    /// Writes to standard error.
    package static func complain(_ text: String) { write(Array(text.utf8), to: STDERR_FILENO) }

    /// Writes bytes to standard error.
    package static func complain(_ bytes: [UInt8]) { write(bytes, to: STDERR_FILENO) }

    private static func write(_ bytes: [UInt8], to file: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(file, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                var wait = pollfd(fd: file, events: Int16(POLLOUT), revents: 0)
                poll(&wait, 1, 1000)
            } else if errno != EINTR {
                if file == STDOUT_FILENO, errno == EPIPE { exit(141) }
                return
            }
        }
    }

    /// Asks a question and reads one line; nil at the end of input.
    package static func ask(_ question: String) -> String? {
        complain(question)
        return readLine(strippingNewline: true)
    }

    /// Asks for a secret without showing what is typed.
    /// - Throws: `ClientFailure` when there is no terminal to ask on.
    package static func askSecretly(_ question: String) throws -> String {
        let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
        guard terminal >= 0 else {
            throw ClientFailure.usage("There is no terminal to ask for the password on; use the option for standard input.")
        }
        defer { close(terminal) }
        var before = termios()
        guard tcgetattr(terminal, &before) == 0 else { throw ClientFailure.failed(SystemFault("The terminal does not answer").description) }
        var silent = before
        silent.c_lflag &= ~tcflag_t(ECHO)
        silent.c_lflag |= tcflag_t(ECHONL)
        write(Array(question.utf8), to: terminal)
        tcsetattr(terminal, TCSAFLUSH, &silent)
        defer { tcsetattr(terminal, TCSAFLUSH, &before) }
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while read(terminal, &byte, 1) == 1, byte != 10 { line.append(byte) }
        return String(decoding: line, as: UTF8.self)
    }
}
