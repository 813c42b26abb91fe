import HTTPTypes

extension HTTPField.Name {
    /// `Sec-Fetch-Site` (W3C Fetch Metadata).
    static let fetchSite = known("Sec-Fetch-Site")
    /// `X-Forwarded-For`.
    static let forwardedFor = known("X-Forwarded-For")
    /// `X-Forwarded-Proto`.
    static let forwardedProto = known("X-Forwarded-Proto")
    /// `X-Forwarded-Host`.
    static let forwardedHost = known("X-Forwarded-Host")
    /// `Referrer-Policy` (W3C Referrer Policy).
    static let referrerPolicy = known("Referrer-Policy")
    /// `X-Request-Id`.
    static let requestId = known("X-Request-Id")
    /// `Idempotency-Key`.
    static let idempotencyKey = known("Idempotency-Key")

    /// `X-Patience-Milliseconds`, between services.
    static let patience = known(HeaderField.patience)
    /// `X-Served-For`, between services.
    static let servedFor = known(HeaderField.servedFor)
    /// `traceparent` (W3C Trace Context).
    static let traceParent = known("traceparent")
    /// `tracestate` (W3C Trace Context).
    static let traceState = known("tracestate")

    private static func known(_ text: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(text) else { preconditionFailure("\(text) is no header name") }
        return name
    }
}
