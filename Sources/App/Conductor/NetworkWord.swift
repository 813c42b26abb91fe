import Foundation

/// The words that stand for addresses in `HTTP_HOST`, so that no address is written in the program.
enum NetworkWord {
    /// The address for `loopback` and `any`; anything else is an address or name already.
    static func address(_ word: String) -> String {
        switch word {
        case "loopback": text(INADDR_LOOPBACK)
        case "any": text(INADDR_ANY)
        default: word
        }
    }

    private static func text(_ address: UInt32) -> String {
        var number = in_addr(s_addr: address.bigEndian)
        var buffer = [CChar](repeating: 0, count: Int(INET_ADDRSTRLEN))
        inet_ntop(AF_INET, &number, &buffer, socklen_t(INET_ADDRSTRLEN))
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
