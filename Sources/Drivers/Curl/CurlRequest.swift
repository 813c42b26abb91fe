import CCurl
import Outbound
import Vocabulary

extension OutboundRequest {
    /// Sets the options of a handle.
    /// - Throws: `OutboundError.malformed`.
    func apply(to handle: UnsafeMutableRawPointer, _ transfer: CurlTransfer) throws(OutboundError) {
        let lines = headers.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
        guard (lines + [url, method]).allSatisfy({ !$0.utf8.contains { $0 < 0x20 && $0 != 0x09 || $0 == 0x7f } }) else {
            throw OutboundError(.malformed, "A header field or URL holds a control character.")
        }
        transfer.attach(to: handle)
        curl_set_text(handle, CURLOPT_URL, url)
        curl_set_text(handle, CURLOPT_REDIR_PROTOCOLS_STR, "http,https")
        curl_set_long(handle, CURLOPT_FOLLOWLOCATION, redirects > 0 ? 1 : 0)
        curl_set_long(handle, CURLOPT_MAXREDIRS, redirects)
        curl_set_long(handle, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
        // Over TLS it is known with the connection whether many requests can share it; else only the first answer would tell, which may be long in coming.
        curl_set_long(handle, CURLOPT_PIPEWAIT, url.lowercased().hasPrefix("https:") ? 1 : 0)
        curl_set_text(handle, CURLOPT_USERAGENT, "OpsConductor")
        if let body {
            curl_set_size(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count))
            _ = body.withUnsafeBytes {
                curl_set_pointer(handle, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: $0.baseAddress))
            }
        }
        if method == "HEAD" {
            curl_set_long(handle, CURLOPT_NOBODY, 1)
        } else if method != (body == nil ? "GET" : "POST") {
            curl_set_text(handle, CURLOPT_CUSTOMREQUEST, method)
        }
        // Nobody waits a second for "100 Continue".
        curl_set_list(handle, CURLOPT_HTTPHEADER, transfer.list(lines + ["Expect:"]))
    }
}

extension CurlTransfer {
    /// The header fields of the last answer.
    var fields: [(name: String, value: String)] {
        lines.compactMap { line in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            return (line[..<colon].lowercased(), String(value))
        }
    }
}
