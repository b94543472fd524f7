import Synchronization

/// A response whose body is read while it arrives. Dropping it ends the transfer.
public struct HTTPResponseStream: Sendable {
    /// The status code, 200 and up.
    public let status: Int
    /// The header fields.
    public let headers: HTTPHeaders
    /// The body.
    public let body: Body

    /// The bytes of a body, each element all that has arrived since the last one. It can be read once.
    ///
    /// The transfer rests while too much is unread. What arrived before a failure is handed over before the failure is thrown.
    public struct Body: AsyncSequence, Sendable {
        private let hold: TransferHold

        init(_ hold: TransferHold) { self.hold = hold }

        /// Gives up the rest without closing the connection: what is still to come, at most 64 KiB and for at most a second, is
        /// dropped as it arrives, so that the connection can serve another request.
        public func discardRest() { hold.discardRest() }

        /// Starts reading.
        public func makeAsyncIterator() -> Iterator { Iterator(hold: hold) }

        /// Reads a body.
        public struct Iterator: AsyncIteratorProtocol {
            fileprivate let hold: TransferHold
            private var isOver = false

            fileprivate init(hold: TransferHold) { self.hold = hold }

            /// The next bytes, never empty; nil at the end.
            public mutating func next() async throws(HTTPClientError) -> [UInt8]? {
                try await next(isolation: nil)
            }

            /// The next bytes, never empty; nil at the end.
            public mutating func next(
                isolation actor: isolated (any Actor)?
            ) async throws(HTTPClientError) -> [UInt8]? {
                guard !isOver else { return nil }
                switch await hold.transfer.next(.bytes) {
                case .bytes(let bytes): return bytes
                case .end, .head:
                    isOver = true
                    return nil
                case .failed(let error):
                    isOver = true
                    throw error
                }
            }
        }
    }
}

/// Keeps a streamed transfer going: when the last copy of the stream and its iterator is gone, the transfer is ended.
final class TransferHold: Sendable {
    let transfer: Transfer
    private let client: HTTPClient
    private let isReleased = Mutex(false)

    init(_ transfer: Transfer, client: HTTPClient) {
        self.transfer = transfer
        self.client = client
    }

    func discardRest() {
        isReleased.withLock { $0 = true }
        transfer.discardRest()
    }

    deinit {
        if !isReleased.withLock({ $0 }) { transfer.abort(.cancelled, "the stream was dropped") }
    }
}
