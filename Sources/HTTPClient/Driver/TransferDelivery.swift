/// What a task that waits for a transfer gets.
enum TransferDelivery: Sendable, Hashable {
    /// The status and the header fields.
    case head(HTTPResponseHead)
    /// The bytes that have arrived; the whole body when it is collected.
    case bytes([UInt8])
    /// There are no more bytes.
    case end
    /// The transfer failed.
    case failed(HTTPClientError)
}
