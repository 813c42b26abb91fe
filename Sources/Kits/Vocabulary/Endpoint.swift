/// One operation of the HTTP API as a value: the route, the client call, the permission check, the API description
/// and the web app's types are all derived from it.
///
/// `Input` is read from the query string for `GET` and from the JSON body otherwise, except `RawRequest`, which is taken as it came. `Output` is sent as JSON in snake_case,
/// except `Download`, which is streamed as it is.
package struct Endpoint<Input: Codable & Sendable, Output: Codable & Sendable>: Sendable {
    /// The HTTP method.
    package let method: HTTPVerb
    /// The path with parameters in braces, for example `/api/jobs/{job}/run`.
    package let path: String
    /// The status of a successful answer.
    package let success: SuccessStatus
    /// What a caller must hold; checked before the handler runs.
    package let permission: Permission
    /// Whether asking twice does no harm, so that a call whose answer was lost may be made again.
    package let isRepeatable: Bool
    /// How long another service waits for the answer.
    package let patience: Duration
    /// One sentence for the API description.
    package let summary: String

    /// Declares an endpoint; one without a permission does not compile. `GET` is always repeatable.
    package init(
        _ method: HTTPVerb, _ path: String, answers success: SuccessStatus = .ok, needs permission: Permission,
        repeatable: Bool = false, patience: Duration = .seconds(30), _ summary: String
    ) {
        self.method = method
        self.path = path
        self.success = success
        self.permission = permission
        isRepeatable = repeatable || method == .get
        self.patience = patience
        self.summary = summary
    }

    /// Method and path template; unique in the product.
    package var key: String { "\(method.rawValue) \(path)" }
}

/// The HTTP methods that endpoints use.
package enum HTTPVerb: String, Sendable, Codable {
    case get = "GET"
    case post = "POST"
    case put = "PUT"
    case delete = "DELETE"
}

/// The status codes of successful answers (RFC 9110 section 15.3).
package enum SuccessStatus: Int, Sendable, Codable {
    case ok = 200
    case created = 201
    case accepted = 202
    case noContent = 204
}

/// The input or output of an endpoint that has none.
package struct Nothing: Codable, Sendable, Equatable {
    /// There is only one.
    package init() {}
}

/// The input of an endpoint that takes a request as it came, for example to check a signature over its bytes. Not for `GET`.
package struct RawRequest: Codable, Sendable {
    /// The whole body.
    package let body: [UInt8]
    /// The header fields in order, as the client wrote them.
    package let headers: [(name: String, value: String)]
    /// The raw query string without `?`.
    package let query: String

    /// Makes a request; the web kit does, and tests of routes.
    package init(body: [UInt8], headers: [(name: String, value: String)] = [], query: String = "") {
        self.body = body
        self.headers = headers
        self.query = query
    }

    /// The value of a header field, whatever the case of its name; of several of one name the first.
    package func header(_ name: String) -> String? {
        let name = name.lowercased()
        return headers.first { $0.name.lowercased() == name }?.value
    }

    /// A raw request never travels as JSON.
    package init(from decoder: any Decoder) throws {
        throw DecodingError.dataCorrupted(
            .init(codingPath: decoder.codingPath, debugDescription: "a raw request is not JSON"))
    }

    /// A raw request never travels as JSON.
    package func encode(to encoder: any Encoder) throws {
        throw EncodingError.invalidValue(
            query, .init(codingPath: encoder.codingPath, debugDescription: "a raw request is not JSON"))
    }
}

/// A streamed answer that is not JSON, such as the bytes of a log.
package struct Download: Codable, Sendable {
    /// The media type, for example `text/plain; charset=utf-8`.
    package let contentType: String
    /// The name offered to the browser for saving; nil shows the answer in place.
    package let fileName: String?
    /// The bytes in order, in pieces of any size.
    package let body: AsyncThrowingStream<[UInt8], any Error>

    /// Makes an answer out of a stream.
    package init(contentType: String, fileName: String? = nil, body: AsyncThrowingStream<[UInt8], any Error>) {
        self.contentType = contentType
        self.fileName = fileName
        self.body = body
    }

    /// Makes an answer out of bytes at hand.
    package init(contentType: String, fileName: String? = nil, bytes: [UInt8]) {
        self.init(
            contentType: contentType, fileName: fileName,
            body: AsyncThrowingStream { stream in
                stream.yield(bytes)
                stream.finish()
            })
    }

    /// A download never travels as JSON.
    package init(from decoder: any Decoder) throws {
        throw DecodingError.dataCorrupted(
            .init(codingPath: decoder.codingPath, debugDescription: "a download is not JSON"))
    }

    /// A download never travels as JSON.
    package func encode(to encoder: any Encoder) throws {
        throw EncodingError.invalidValue(
            contentType, .init(codingPath: encoder.codingPath, debugDescription: "a download is not JSON"))
    }
}
