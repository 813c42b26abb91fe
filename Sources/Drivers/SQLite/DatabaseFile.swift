import Foundation
import Store

/// The birth of a database file. A file that exists was born whole, so an empty one is a damaged one and never taken for a new one.
enum DatabaseFile {
    /// Makes sure that there is a file at `path`.
    static func prepare(_ path: String) throws(StoreError) {
        let name = (path as NSString).lastPathComponent
        var status = stat()
        if stat(path, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFREG else { throw .unavailable("\(name) is not a file") }
            guard status.st_size > 0 else { throw .corrupt("\(name): the file is empty") }
            try requireWholePages(path, name, size: Int(status.st_size))
            return
        }
        guard errno == ENOENT else { throw .unavailable("\(name) cannot be opened: \(reason())") }
        for rest in ["-wal", "-journal"] where access(path + rest, F_OK) == 0 {
            throw .corrupt("\(name): the file is gone but its log \(name)\(rest) is there")
        }
        try create(path, name)
    }

    /// SQLite reads zeros where a file ends in the middle of a page. A log that is still there may fill the page, so only then it is right.
    private static func requireWholePages(_ path: String, _ name: String, size: Int) throws(StoreError) {
        var log = stat()
        if stat(path + "-wal", &log) == 0, log.st_size > 0 { return }
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw .unavailable("\(name) cannot be opened: \(reason())") }
        defer { close(file) }
        // The page size is in bytes 16 and 17, where 1 stands for 65536 (SQLite file format, section 1.3.2).
        var bytes: [UInt8] = [0, 0]
        guard pread(file, &bytes, 2, 16) == 2 else { throw .corrupt("\(name): the file is cut off") }
        let number = Int(bytes[0]) << 8 | Int(bytes[1])
        let pageSize = number == 1 ? 65536 : number
        guard pageSize >= 512 else { throw .corrupt("\(name): the file is not a database") }
        guard size % pageSize == 0 else { throw .corrupt("\(name): the file is cut off") }
    }

    private static func create(_ path: String, _ name: String) throws(StoreError) {
        let unborn = path + ".new"
        for rest in ["", "-wal", "-shm", "-journal"] { unlink(unborn + rest) }
        let descriptor = open(unborn, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            if errno == ENOSPC { throw .full }
            throw .unavailable("\(name) cannot be created: \(reason())")
        }
        close(descriptor)
        let connection = try Connection(path: unborn, isReadOnly: false)
        connection.close()
        guard rename(unborn, path) == 0 else { throw .unavailable("\(name) cannot be created: \(reason())") }
        syncFolder(of: path)
    }

    private static func syncFolder(of path: String) {
        let folder = open((path as NSString).deletingLastPathComponent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return }
        fsync(folder)
        close(folder)
    }

    private static func reason() -> String { String(cString: strerror(errno)) }
}
