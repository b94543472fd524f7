/// The first part of a response: all but its body.
public struct HTTPResponseHead: Sendable, Hashable {
    /// The status code, 200 and up.
    public var status: Int
    /// The header fields.
    public var headers: HTTPHeaders

    /// Makes a head.
    public init(status: Int, headers: HTTPHeaders = [:]) {
        self.status = status
        self.headers = headers
    }
}

/// A whole response.
public struct HTTPResponse: Sendable, Hashable {
    /// The status code, 200 and up.
    public var status: Int
    /// The header fields.
    public var headers: HTTPHeaders
    /// The body, empty when there is none.
    public var body: [UInt8]

    /// Makes a response.
    public init(status: Int, headers: HTTPHeaders = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}
