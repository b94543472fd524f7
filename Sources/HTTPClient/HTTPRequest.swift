/// One request.
public struct HTTPRequest: Sendable {
    /// The method, as in `POST`.
    public var method: String
    /// An absolute `http` or `https` URL.
    public var url: String
    /// The header fields; `Host` and `Content-Length` are added.
    public var headers: HTTPHeaders
    /// The body; none is sent when it is empty and the method needs none.
    public var body: [UInt8]
    /// The path of the Unix socket to connect to instead of the URL's host. Default none.
    public var unixSocket: String?
    /// When the whole exchange, the reading of a streamed body included, must be over. Default never.
    public var deadline: ContinuousClock.Instant?

    /// Makes a request.
    public init(
        method: String = "GET", url: String, headers: HTTPHeaders = [:], body: [UInt8] = [], unixSocket: String? = nil,
        deadline: ContinuousClock.Instant? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.unixSocket = unixSocket
        self.deadline = deadline
    }
}
