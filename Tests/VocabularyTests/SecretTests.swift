import Foundation
import Testing
import Vocabulary

@Suite("Secret")
struct SecretTests {
    private struct Login: Codable {
        var name: String
        var password: Secret
    }

    @Test("it never shows by printing, interpolation, debugging or reflection")
    func hidden() {
        let login = Login(name: "ann", password: Secret("hunter2hunter2"))
        var dumped = ""
        dump(login, to: &dumped)

        let shown = ["\(login)", "\(login.password)", String(reflecting: login), String(describing: Optional(login.password)), dumped]
        for text in shown { #expect(!text.contains("hunter2")) }
        #expect("\(login.password)" == "•••")
        #expect(login.password.reveal() == "hunter2hunter2")
    }

    @Test("it travels as its text")
    func coding() throws {
        let login = try JSONDecoder().decode(Login.self, from: Data(#"{"name":"ann","password":"x y"}"#.utf8))

        #expect(login.password.reveal() == "x y")
        #expect(String(decoding: try JSONEncoder().encode([login.password]), as: UTF8.self) == #"["x y"]"#)
    }
}
