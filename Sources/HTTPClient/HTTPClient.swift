/// An HTTP client on libcurl: one thread, connections that are kept and shared, HTTP/2 where the server offers it.
///
/// ```swift
/// try await withHTTPClient { client in
///     let response = try await client.execute(HTTPRequest(url: "https://example.org"), maximumBody: 1 << 20)
/// }
/// ```
///
/// Certificates are checked, redirects are not followed, and only http and https are spoken.
public final class HTTPClient: Sendable {
    private let driver: CurlDriver
    private let configuration: Configuration

    /// Makes a client; its thread starts with the first request. Prefer ``withHTTPClient(_:_:)``, or call ``shutdown()``.
    public init(_ configuration: Configuration = Configuration()) {
        self.configuration = configuration
        driver = CurlDriver(configuration)
    }

    deinit { driver.abandon() }

    /// Sends a request and waits for the whole response, whatever its status.
    ///
    /// - Parameter maximumBody: how many bytes the response's body may have.
    /// - Throws: ``HTTPClientError``. Cancelling the task ends the transfer and throws the code `cancelled`.
    public func execute(_ request: HTTPRequest, maximumBody: Int) async throws(HTTPClientError) -> HTTPResponse {
        let transfer = try start(request, .collect(maximum: maximumBody))
        let delivery = await transfer.next(.bytes)
        guard let head = transfer.head else {
            if case .failed(let error) = delivery { throw error }
            throw HTTPClientError(code: .invalidResponse, host: transfer.host, detail: "the response has no head")
        }
        switch delivery {
        case .failed(let error): throw error
        case .bytes(let body): return HTTPResponse(status: head.status, headers: head.headers, body: body)
        case .end, .head: return HTTPResponse(status: head.status, headers: head.headers)
        }
    }

    /// Sends a request and waits for the head of its response; the body is read from the stream as it arrives.
    ///
    /// - Throws: ``HTTPClientError``. Cancelling the task, or dropping the stream, ends the transfer.
    public func stream(_ request: HTTPRequest) async throws(HTTPClientError) -> HTTPResponseStream {
        let transfer = try start(request, .stream(watermark: configuration.streamWatermark))
        let hold = TransferHold(transfer, client: self)
        switch await transfer.next(.head) {
        case .head(let head): return HTTPResponseStream(status: head.status, headers: head.headers, body: .init(hold))
        case .failed(let error): throw error
        case .bytes, .end:
            throw HTTPClientError(code: .invalidResponse, host: transfer.host, detail: "the response has no head")
        }
    }

    /// Fails what is in flight with the code `shutdown`, closes the connections, and returns when the client's thread is gone.
    /// Requests made afterwards fail with the same code.
    public func shutdown() async {
        await driver.shutdown()
    }

    private func start(_ request: HTTPRequest, _ mode: Transfer.State.Mode) throws(HTTPClientError) -> Transfer {
        let host = try URLHost.of(request)
        if let field = request.headers.unsendable {
            let detail = "the header \(field.name.debugDescription) has a name or a value that cannot be sent"
            throw HTTPClientError(code: .invalidRequest, host: host, detail: detail)
        }
        guard HTTPHeaders([.init(name: request.method, value: "")]).unsendable == nil else {
            let detail = "\(request.method.debugDescription) is no method"
            throw HTTPClientError(code: .invalidRequest, host: host, detail: detail)
        }
        let transfer = Transfer(request, host: host, mode: mode, driver: driver)
        if let error = driver.start(transfer) { throw error }
        return transfer
    }
}

/// Runs a body with a client and shuts the client down afterwards, whether the body returns or throws.
public func withHTTPClient<Result: Sendable>(
    _ configuration: HTTPClient.Configuration = .init(), _ body: (HTTPClient) async throws -> Result
) async throws -> Result {
    let client = HTTPClient(configuration)
    do {
        let result = try await body(client)
        await client.shutdown()
        return result
    } catch {
        await client.shutdown()
        throw error
    }
}
