import CCurl
import Glibc
import Outbound

/// What results of libcurl mean.
extension CurlTransfer {
    /// The error for a result that is not success. `code` is the last code of a mail server.
    func failure(_ result: CURLcode, code: Int = 0) -> OutboundError {
        if let objection {
            return OutboundError(
                .forbiddenAddress,
                "It leads to \(Self.text(of: objection.address)), \(objection.text); whoever runs this installation can allow it with OUTBOUND_ALLOW."
            )
        }
        if isGone { return OutboundError(.unreachable, "The other side broke the connection before anything was sent.") }
        let said = error.isEmpty ? String(cString: curl_easy_strerror(result)) : error
        let sentence = said.hasSuffix(".") ? said : said + "."
        switch result {
        case CURLE_OPERATION_TIMEDOUT: return OutboundError(.timeout, "It took too long: \(sentence)")
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: return OutboundError(.unknownHost, sentence)
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_USE_SSL_FAILED, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CIPHER,
            CURLE_SSL_CERTPROBLEM, CURLE_SSL_ISSUER_ERROR:
            return OutboundError(.tls, "There is no trusted TLS connection: \(sentence)")
        case CURLE_LOGIN_DENIED: return OutboundError(.login, "The mail server does not take the login: \(sentence)")
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_URL_MALFORMAT, CURLE_TOO_MANY_REDIRECTS: return OutboundError(.malformed, sentence)
        case CURLE_WRITE_ERROR where isFull: return OutboundError(.tooLong, "The answer is longer than it may be.")
        default:
            if code >= 400 { return OutboundError(.refused(code: code), "The mail server refused: \(lastLine ?? sentence)") }
            return OutboundError(.unreachable, sentence)
        }
    }

    /// The lines that a mail server sent.
    var lines: [String] {
        head.split(separator: UInt8(ascii: "\n")).map { line in
            String(decoding: line.last == UInt8(ascii: "\r") ? line.dropLast() : line, as: UTF8.self)
        }
    }

    private var lastLine: String? { lines.last { $0.utf8.first.map { (UInt8(ascii: "4")...UInt8(ascii: "5")).contains($0) } ?? false } }

    private static func text(of address: [UInt8]) -> String {
        guard address.count == 4 || address.count == 16 else { return "an address" }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let isFour = address.count == 4
        guard inet_ntop(isFour ? AF_INET : AF_INET6, address, &text, socklen_t(text.count)) != nil else { return "an address" }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
