import Foundation
import SQLiteDriver
import Support
import Testing

@Suite("Data directory")
struct DataDirectoryTests {
    @Test("it is created for its owner only and can be taken again after it was given back")
    func claims() throws {
        let folder = try StoreTestFolder()
        let path = folder.file("a/b")
        try DataDirectory.claim(path).release()
        let again = try DataDirectory.claim(path)

        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o700)
        again.release()
    }

    @Test("a second claim is refused with the number of the process that has it")
    func second() throws {
        let folder = try StoreTestFolder()
        let first = try DataDirectory.claim(folder.path)

        let expected = DataDirectoryError.inUse(path: folder.path, process: Int(getpid()))
        #expect(throws: expected) { try DataDirectory.claim(folder.path) }
        #expect(expected.description.contains("in use by process \(getpid());"))
        first.release()
    }

    @Test("a place where no directory can be gives the system's reason")
    func notUsable() throws {
        let folder = try StoreTestFolder()
        try Data("x".utf8).write(to: URL(fileURLWithPath: folder.file("file")))

        #expect(throws: DataDirectoryError.notUsable(path: folder.file("file/data"), reason: "Not a directory")) {
            try DataDirectory.claim(folder.file("file/data"))
        }
    }
}
