import CCurlShims

/// The part of a URL that may be shown in an error: no credentials, no path, no query.
enum URLHost {
    /// The host of a request's URL, with the Unix socket when there is one.
    /// - Throws: ``HTTPClientError`` with the code `invalidURL`.
    static func of(_ request: HTTPRequest) throws(HTTPClientError) -> String {
        guard !request.url.utf8.contains(0), let parts = unsafe curl_url() else {
            throw HTTPClientError(code: .invalidURL, host: "", detail: "the URL is malformed")
        }
        // The handle is ours and used in this call only.
        defer { unsafe curl_url_cleanup(parts) }
        let status = unsafe curl_url_set(parts, CURLUPART_URL, request.url, 0)
        guard status == CURLUE_OK, let host = unsafe part(CURLUPART_HOST, parts), !host.isEmpty else {
            // libcurl's text is static and zero-terminated, and has nothing of the URL in it.
            let reason = unsafe status == CURLUE_OK ? "it has no host" : String(cString: curl_url_strerror(status))
            throw HTTPClientError(code: .invalidURL, host: "", detail: "the URL is malformed: \(reason)")
        }
        let scheme = unsafe part(CURLUPART_SCHEME, parts)
        guard scheme == "http" || scheme == "https" else {
            throw HTTPClientError(code: .invalidURL, host: host, detail: "only http and https URLs can be requested")
        }
        guard let socket = request.unixSocket else { return host }
        // The kernel's limit, its terminating zero left out; libcurl would report it as a name that does not resolve.
        guard !socket.isEmpty, socket.utf8.count < 108, !socket.utf8.contains(0) else {
            throw HTTPClientError(
                code: .invalidURL, host: host,
                detail: "the path of a Unix socket has 1 to 107 bytes, not \(socket.utf8.count)")
        }
        return "\(host) (unix:\(socket))"
    }

    private static func part(_ part: CURLUPart, _ parts: OpaquePointer) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard unsafe curl_url_get(parts, part, &text, 0) == CURLUE_OK, let text = unsafe text else { return nil }
        // Allocated for us by libcurl, zero-terminated.
        defer { unsafe curl_free(text) }
        return unsafe String(cString: text)
    }
}
