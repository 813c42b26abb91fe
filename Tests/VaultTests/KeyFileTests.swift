import Foundation
import Support
import Testing
import Vault

@Suite("Key file")
struct KeyFileTests {
    private let folder: StoreTestFolder
    private var path: String { folder.file("secret.key") }

    init() throws { folder = try StoreTestFolder() }

    private func write(_ text: String, permissions: Int = 0o600) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: path)
    }

    @Test("it is created once, for its owner only, and read again")
    func creates() throws {
        let first = try KeyRing.load(orCreateAt: path)
        let again = try KeyRing.load(orCreateAt: path)

        #expect(first.derive("test") == again.derive("test"))
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["secret.key"])
    }

    @Test("a file that others may read is refused", arguments: [0o640, 0o604, 0o660, 0o644])
    func readable(permissions: Int) throws {
        try write("1:" + Data(count: 32).base64EncodedString(), permissions: permissions)

        #expect(throws: KeyFileError.readableByOthers(path: path)) { try KeyRing.load(orCreateAt: path) }
    }

    @Test("several versions are read, comments and empty lines are skipped, the highest is the newest")
    func versions() throws {
        let (one, two) = (Data(repeating: 1, count: 32).base64EncodedString(), Data(repeating: 2, count: 32).base64EncodedString())
        try write("# keys\n2:\(two)\n\n1:\(one)\n")

        #expect(try KeyRing.load(orCreateAt: path).newest == 2)
    }

    @Test(
        "a line that is not a key is named and the file is left alone",
        arguments: ["", "1", "1:short", "0:AAAA", "x:AAAA", "1:AAAA"])
    func damaged(text: String) throws {
        try write(text)

        #expect(throws: KeyFileError.damaged(path: path, line: 1)) { try KeyRing.load(orCreateAt: path) }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
    }

    @Test("a version that comes twice is refused")
    func twice() throws {
        let key = Data(count: 32).base64EncodedString()
        try write("1:\(key)\n1:\(key)\n")

        #expect(throws: KeyFileError.damaged(path: path, line: 2)) { try KeyRing.load(orCreateAt: path) }
    }

    @Test("a place where no file can be gives the system's reason")
    func notUsable() throws {
        let error = KeyFileError.notUsable(path: folder.file("missing/key"), reason: "No such file or directory")
        #expect(throws: error) { try KeyRing.load(orCreateAt: folder.file("missing/key")) }
        #expect(throws: KeyFileError.notUsable(path: folder.path, reason: "it is not a file")) {
            try KeyRing.load(orCreateAt: folder.path)
        }
    }
}
