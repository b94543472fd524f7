extension HTTPClient {
    /// How a client behaves.
    public struct Configuration: Sendable, Hashable {
        /// How long looking up the name, connecting and the TLS handshake may take together. Default 10 s.
        public var connectTimeout: Duration
        /// How many connections are kept open for later requests. Default 64.
        public var maximumIdleConnections: Int
        /// How many connections one host gets at most; further requests wait for a free one. Default 0, no limit.
        public var maximumConnectionsPerHost: Int
        /// How many unread bytes of a streamed body are kept before its transfer rests. Default 256 KiB.
        public var streamWatermark: Int
        /// Whether `http_proxy`, `https_proxy` and `no_proxy` count; never for Unix sockets. Default true.
        public var usesProxyEnvironment: Bool
        /// A file of trusted certificates in PEM form instead of the system's. Default none.
        public var certificateAuthorities: String?
        /// What is sent as `User-Agent` when a request has none. Default `dspex-swift`.
        public var userAgent: String

        /// Makes a configuration.
        public init(
            connectTimeout: Duration = .seconds(10), maximumIdleConnections: Int = 64,
            maximumConnectionsPerHost: Int = 0,
            streamWatermark: Int = 256 << 10, usesProxyEnvironment: Bool = true, certificateAuthorities: String? = nil,
            userAgent: String = "dspex-swift"
        ) {
            self.connectTimeout = connectTimeout
            self.maximumIdleConnections = maximumIdleConnections
            self.maximumConnectionsPerHost = maximumConnectionsPerHost
            self.streamWatermark = streamWatermark
            self.usesProxyEnvironment = usesProxyEnvironment
            self.certificateAuthorities = certificateAuthorities
            self.userAgent = userAgent
        }
    }
}
