/// Why a request got no complete response. A response of status 500 is a response, not an error.
public struct HTTPClientError: Error, Sendable, Hashable {
    /// What went wrong, by kind.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// The host's name has no address.
        case resolve
        /// Nothing answered at the address or the Unix socket, or not within the time for connecting.
        case connect
        /// The encrypted connection could not be made, or the server's certificate is not trusted.
        case tls
        /// The request's deadline passed.
        case timeout
        /// The connection ended before the response did.
        case closedEarly
        /// The response is larger than the caller allowed.
        case tooLarge
        /// The URL is malformed, or neither http nor https.
        case invalidURL
        /// A header of the request cannot be sent, or the body is being read twice at once.
        case invalidRequest
        /// What the server sent is no HTTP.
        case invalidResponse
        /// The calling task was cancelled, or the stream was dropped.
        case cancelled
        /// The client is shut down.
        case shutdown
        /// Any other failure that libcurl reports.
        case other
    }

    /// The kind.
    public var code: Code
    /// The URL's host, and the Unix socket if there is one; never credentials, path or query.
    public var host: String
    /// What happened, mostly in libcurl's words.
    public var detail: String

    /// Makes an error.
    public init(code: Code, host: String, detail: String) {
        self.code = code
        self.host = host
        self.detail = detail
    }

    /// The kind as a word without data, for metrics.
    public var label: String { "http.\(code.rawValue)" }
}

extension HTTPClientError: CustomStringConvertible {
    /// Host and cause in one line.
    public var description: String { host.isEmpty ? detail : "\(host): \(detail)" }
}
