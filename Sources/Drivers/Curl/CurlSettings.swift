import CCurl
import Outbound
import Vocabulary

/// How the driver behaves for everything that it sends.
package struct CurlSettings: Sendable {
    /// Which addresses it sends to.
    package var rules: AddressRules
    /// A file with certificates of authorities that are trusted beside the system's; nil for none.
    package var trustedCertificates: String?

    /// Makes the settings.
    package init(rules: AddressRules = AddressRules(), trustedCertificates: String? = nil) {
        self.rules = rules
        self.trustedCertificates = trustedCertificates
    }

    /// The options that hold for every transfer.
    func apply(to handle: UnsafeMutableRawPointer, protocols: String, timeout: Duration, connectTimeout: Duration) {
        curl_set_text(handle, CURLOPT_PROTOCOLS_STR, protocols)
        // None from the environment.
        curl_set_text(handle, CURLOPT_PROXY, "")
        curl_set_long(handle, CURLOPT_NOSIGNAL, 1)
        // A name that does not resolve in time must not hold its thread up.
        curl_set_long(handle, CURLOPT_QUICK_EXIT, 1)
        curl_set_long(handle, CURLOPT_TIMEOUT_MS, max(1, Int(timeout.milliseconds)))
        curl_set_long(handle, CURLOPT_CONNECTTIMEOUT_MS, max(1, Int(connectTimeout.milliseconds)))
        curl_set_long(handle, CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        if let trustedCertificates {
            curl_set_text(handle, CURLOPT_CAINFO, trustedCertificates)
        } else {
            // With the bundle alone libcurl keeps what it has read.
            curl_set_text(handle, CURLOPT_CAPATH, nil)
        }
    }

    /// Prepares libcurl once for the process.
    static let isReady = curl_global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK
}
