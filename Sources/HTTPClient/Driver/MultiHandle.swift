import CCurlShims

/// libcurl's multi handle with its pool of connections.
///
/// Unchecked because libcurl's pointer says nothing of threads: `wake` is the one call that libcurl allows from any thread, everything
/// else happens on the driver's thread, and `close` comes after the last `wake` (the driver's lock orders them).
@safe final class MultiHandle: @unchecked Sendable {
    private let handle: UnsafeMutableRawPointer

    /// libcurl's own set-up, once for the process; a static is initialised under a lock.
    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    init?(_ configuration: HTTPClient.Configuration) {
        guard Self.isReady, let handle = unsafe curl_multi_init() else { return nil }
        unsafe self.handle = handle
        set(CURLMOPT_MAXCONNECTS, configuration.maximumIdleConnections)
        set(CURLMOPT_MAX_HOST_CONNECTIONS, configuration.maximumConnectionsPerHost)
        set(CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX))
    }

    /// Makes a sleeping `poll` return. Any thread may call it, until `close`.
    func wake() {
        unsafe curl_multi_wakeup(handle)
    }

    // MARK: The driver's thread only. The easy handles are kept alive by their owner until they are removed.

    func add(_ easy: EasyHandle) -> Bool {
        unsafe curl_multi_add_handle(handle, easy.handle) == CURLM_OK
    }

    func remove(_ easy: EasyHandle) {
        unsafe curl_multi_remove_handle(handle, easy.handle)
    }

    /// Moves every transfer on as far as it goes without waiting.
    func perform() {
        var running: Int32 = 0
        unsafe curl_multi_perform(handle, &running)
    }

    /// Sleeps until a socket has something, a timer of libcurl's is due, somebody wakes it, or the time is over. False when libcurl
    /// could not sleep.
    func poll(milliseconds: Int32) -> Bool {
        unsafe curl_multi_poll(handle, nil, 0, milliseconds, nil) == CURLM_OK
    }

    /// The next transfer that is over, by the address of its easy handle.
    func nextFinished() -> (address: UInt, result: CURLcode)? {
        var left: Int32 = 0
        // The message is valid until the next call for this multi handle; it is read at once.
        while let message = unsafe curl_multi_info_read(handle, &left) {
            guard unsafe message.pointee.msg == CURLMSG_DONE else { continue }
            return unsafe (UInt(bitPattern: message.pointee.easy_handle), dspex_curl_message_result(message))
        }
        return nil
    }

    /// Closes the connections and frees the handle; nothing may be called afterwards.
    func close() {
        unsafe curl_multi_cleanup(handle)
    }

    private func set(_ option: CURLMoption, _ value: Int) {
        _ = unsafe dspex_curl_multi_set_long(handle, option, value)
    }
}
