import CCurlShims

/// One libcurl easy handle with the transfer that it carries. It never leaves the driver's thread.
@safe final class EasyHandle {
    /// libcurl's handle; owned, freed in `deinit`.
    let handle: UnsafeMutableRawPointer
    private let errorText: UnsafeMutablePointer<CChar>
    private var headerList: UnsafeMutablePointer<curl_slist>?
    private var headParser = ResponseHeadParser()
    private(set) var transfer: Transfer?
    /// When the transfer must be over; the driver may move it forward.
    var deadline: ContinuousClock.Instant?

    init?() {
        guard let handle = unsafe curl_easy_init() else { return nil }
        unsafe self.handle = handle
        // libcurl writes at most CURL_ERROR_SIZE bytes, the terminating zero included; freed in `deinit`, after the handle.
        unsafe errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        unsafe errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        // The handle is not in the multi handle any more (the driver removes it first), and nobody else knows it.
        unsafe curl_easy_cleanup(handle)
        unsafe curl_slist_free_all(headerList)
        unsafe errorText.deallocate()
    }

    /// Tells this handle from others.
    var address: UInt { unsafe UInt(bitPattern: handle) }

    /// Prepares the handle for a transfer. The driver keeps this object alive until the handle has left the multi handle, so that
    /// the unretained pointer to it, which the callbacks get, stays valid.
    func start(_ transfer: Transfer, _ configuration: HTTPClient.Configuration) {
        self.transfer = transfer
        deadline = transfer.request.deadline
        headParser = ResponseHeadParser()
        let request = transfer.request
        set(CURLOPT_URL, request.url)
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_FOLLOWLOCATION, 0)
        set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        // Without it, ending a transfer whose name is still being looked up would block this thread until the resolver answers.
        set(CURLOPT_QUICK_EXIT, 1)
        set(CURLOPT_CONNECTTIMEOUT_MS, max(1, configuration.connectTimeout.wholeMilliseconds))
        set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
        set(CURLOPT_TCP_KEEPALIVE, 1)
        set(CURLOPT_USERAGENT, configuration.userAgent)
        if let path = configuration.certificateAuthorities { set(CURLOPT_CAINFO, path) }
        if let path = request.unixSocket {
            set(CURLOPT_UNIX_SOCKET_PATH, path)
            set(CURLOPT_PROXY, "")
        } else if !configuration.usesProxyEnvironment {
            set(CURLOPT_PROXY, "")
        }
        setMethodAndBody(request)
        setHeaders(request)
        // The buffer is as old as this object and lives until the handle is freed.
        unsafe errorText.pointee = 0
        _ = unsafe dspex_curl_set_pointer(handle, CURLOPT_ERRORBUFFER, errorText)
        setCallbacks()
    }

    private func setMethodAndBody(_ request: HTTPRequest) {
        switch request.method {
        case "GET" where request.body.isEmpty: set(CURLOPT_HTTPGET, 1)
        case "HEAD": set(CURLOPT_NOBODY, 1)
        default:
            if !request.body.isEmpty || request.method == "POST" {
                set(CURLOPT_POST, 1)
                // The size goes first: COPYPOSTFIELDS copies that many bytes, so the array need not outlive the call.
                _ = unsafe dspex_curl_set_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body.count))
                unsafe request.body.withUnsafeBytes { body in
                    _ = unsafe dspex_curl_set_pointer(handle, CURLOPT_COPYPOSTFIELDS, body.baseAddress)
                }
                if request.body.isEmpty { set(CURLOPT_COPYPOSTFIELDS, "") }
            }
            if request.method != "POST" { set(CURLOPT_CUSTOMREQUEST, request.method) }
        }
    }

    private func setHeaders(_ request: HTTPRequest) {
        // libcurl would otherwise wait a second for a 100 Continue, and call every body a form.
        var lines = ["Expect:"]
        if request.headers["Content-Type"] == nil { lines.append("Content-Type:") }
        lines += request.headers.fields.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
        // The strings are copied into the list; the list belongs to this object and outlives the transfer.
        for line in lines {
            if let list = unsafe curl_slist_append(headerList, line) { unsafe headerList = list }
        }
        _ = unsafe dspex_curl_set_pointer(handle, CURLOPT_HTTPHEADER, headerList)
    }

    private func setCallbacks() {
        // Unretained: see `start`.
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        _ = unsafe dspex_curl_set_pointer(handle, CURLOPT_PRIVATE, context)
        _ = unsafe dspex_curl_set_pointer(handle, CURLOPT_WRITEDATA, context)
        _ = unsafe dspex_curl_set_pointer(handle, CURLOPT_HEADERDATA, context)
        // libcurl lends `size * count` bytes for the length of the call, and calls on the driver's thread only.
        _ = unsafe dspex_curl_set_callback(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            guard let context = unsafe context else { return 0 }
            let chunk = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
            return unsafe Unmanaged<EasyHandle>.fromOpaque(context).takeUnretainedValue().body(chunk)
        }
        _ = unsafe dspex_curl_set_callback(handle, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            guard let context = unsafe context else { return 0 }
            let line = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
            return unsafe Unmanaged<EasyHandle>.fromOpaque(context).takeUnretainedValue().header(line)
        }
    }

    private func body(_ chunk: UnsafeRawBufferPointer) -> Int {
        switch unsafe transfer?.received(Array(chunk)) {
        case .accepted: chunk.count
        case .paused: Int(CURL_WRITEFUNC_PAUSE)
        // Any other number than the count ends the transfer.
        case .refused, nil: unsafe chunk.isEmpty ? 1 : 0
        }
    }

    private func header(_ line: UnsafeRawBufferPointer) -> Int {
        switch unsafe headParser.line(line) {
        case .more: break
        case .complete(let head): transfer?.received(head)
        case .tooLarge:
            transfer?.abort(.tooLarge, "the response's head is larger than \(ResponseHeadParser.maximumBytes) bytes")
            return 0
        }
        return line.count
    }

    /// Takes the transfer off the handle and makes the handle fit for the next one; connections stay with the multi handle.
    func finish() {
        transfer = nil
        unsafe curl_easy_reset(handle)
        unsafe curl_slist_free_all(headerList)
        unsafe headerList = nil
    }

    /// The error for a result of libcurl's, nil for success.
    func error(_ result: CURLcode) -> HTTPClientError? {
        guard result != CURLE_OK, let transfer else { return nil }
        // Both texts are zero-terminated: the buffer was zeroed and libcurl terminates what it writes; the other is static.
        let text = unsafe String(cString: errorText)
        let fallback = unsafe String(cString: curl_easy_strerror(result))
        return HTTPClientError(code: .init(result), host: transfer.host, detail: text.isEmpty ? fallback : text)
    }

    private func set(_ option: CURLoption, _ value: Int) {
        // The handle lives as long as this object.
        _ = unsafe dspex_curl_set_long(handle, option, value)
    }

    private func set(_ option: CURLoption, _ value: String) {
        // libcurl copies the string before the call returns.
        _ = unsafe dspex_curl_set_string(handle, option, value)
    }
}

extension HTTPClientError.Code {
    /// The kind of a failure of libcurl's.
    fileprivate init(_ result: CURLcode) {
        switch result {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: self = .resolve
        // The deadline is the driver's own: what libcurl times is connecting only.
        case CURLE_COULDNT_CONNECT, CURLE_OPERATION_TIMEDOUT: self = .connect
        case CURLE_URL_MALFORMAT: self = .invalidURL
        case CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_HTTP2, CURLE_HTTP2_STREAM:
            self = .closedEarly
        // The URL's own protocol was checked before; this is the answer's.
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING: self = .invalidResponse
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_PINNEDPUBKEYNOTMATCH,
            CURLE_SSL_INVALIDCERTSTATUS,
            CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED, CURLE_SSL_CRL_BADFILE:
            self = .tls
        default: self = .other
        }
    }
}
