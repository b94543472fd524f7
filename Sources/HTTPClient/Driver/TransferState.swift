/// What is known of one transfer, and who waits for it: a pure value between the driver's thread, which feeds it, and the one task
/// that consumes it. Each event returns what is to be done once the lock around this value is released.
struct TransferState<Waiter> {
    /// What becomes of the body.
    enum Mode {
        /// It is kept until the end, and refused when it grows beyond the maximum.
        case collect(maximum: Int)
        /// It is handed over as it comes; the transfer rests while more than the watermark is unread.
        case stream(watermark: Int)
    }

    /// What a waiter is waiting for.
    enum Want {
        case head
        case bytes
    }

    /// What to do after an event.
    enum Action {
        case deliver(TransferDelivery, to: Waiter)
        case resumeTransfer
        case abortTransfer
        /// Nobody reads on: the transfer shall go on for a short while, so that its connection can serve the next one.
        case letTransferEnd
    }

    /// How many more bytes are taken, and dropped, once nobody reads on.
    static var discardLimit: Int { 64 << 10 }

    /// The answer to a chunk.
    enum Reception {
        case accepted
        /// The chunk was not taken; the transfer shall rest and offer it again.
        case paused
        /// The transfer shall end; nobody wants the rest.
        case refused
    }

    private let mode: Mode
    private let host: String
    private(set) var head: HTTPResponseHead?
    private var unread: [UInt8] = []
    private var isPaused = false
    private var discardable: Int?
    private var ending: Result<Void, HTTPClientError>?
    private var waiting: (waiter: Waiter, want: Want)?

    init(mode: Mode, host: String) {
        self.mode = mode
        self.host = host
    }

    // MARK: From the consumer

    mutating func wait(for want: Want, _ waiter: Waiter) -> [Action] {
        guard waiting == nil else {
            let error = HTTPClientError(
                code: .invalidRequest, host: host, detail: "the body is already being read elsewhere")
            return [.deliver(.failed(error), to: waiter)]
        }
        waiting = (waiter, want)
        return settle()
    }

    /// Ends the transfer from this side; what is unread is dropped.
    mutating func abort(_ error: HTTPClientError) -> [Action] {
        guard ending == nil else {
            if case .success = ending { unread = [] }
            return []
        }
        unread = []
        ending = .failure(error)
        return [.abortTransfer] + settle()
    }

    /// Drops what is unread and what is still to come, without ending the transfer if the rest is short.
    mutating func discardRest() -> [Action] {
        unread = []
        guard ending == nil, discardable == nil else { return [] }
        discardable = Self.discardLimit
        isPaused = false
        return [.letTransferEnd]
    }

    // MARK: From the driver

    mutating func received(_ head: HTTPResponseHead) -> [Action] {
        self.head = head
        return settle()
    }

    mutating func received(_ chunk: [UInt8]) -> (Reception, [Action]) {
        guard ending == nil else { return (.refused, []) }
        if let left = discardable {
            discardable = left - chunk.count
            return (chunk.count <= left ? .accepted : .refused, [])
        }
        switch mode {
        case .collect(let maximum):
            guard chunk.count <= maximum - unread.count else {
                let detail = "the response is larger than the \(maximum) bytes allowed"
                unread = []
                ending = .failure(HTTPClientError(code: .tooLarge, host: host, detail: detail))
                return (.refused, settle())
            }
        case .stream(let watermark):
            // An empty buffer takes a chunk of any size, or nothing would ever move.
            guard unread.isEmpty || unread.count + chunk.count <= watermark else {
                isPaused = true
                return (.paused, [])
            }
        }
        if unread.isEmpty { unread = chunk } else { unread.append(contentsOf: chunk) }
        return (.accepted, settle())
    }

    mutating func finished(_ error: HTTPClientError?) -> [Action] {
        guard ending == nil else { return [] }
        ending = error.map { .failure($0) } ?? .success(())
        return settle()
    }

    // MARK: Both meet

    private mutating func settle() -> [Action] {
        guard let (waiter, want) = waiting, let delivery = delivery(want) else { return [] }
        waiting = nil
        guard isPaused, ending == nil, case .bytes = delivery else { return [.deliver(delivery, to: waiter)] }
        isPaused = false
        return [.deliver(delivery, to: waiter), .resumeTransfer]
    }

    private mutating func delivery(_ want: Want) -> TransferDelivery? {
        switch want {
        case .head:
            if case .failure(let error) = ending { return .failed(error) }
            if let head { return .head(head) }
            guard ending != nil else { return nil }
            return .failed(HTTPClientError(code: .invalidResponse, host: host, detail: "the response has no head"))
        case .bytes:
            if case .collect = mode, ending == nil { return nil }
            // In a stream, what arrived before a failure is still handed over; a collected body is whole or nothing.
            if case .failure(let error) = ending, unread.isEmpty || isCollecting { return .failed(error) }
            guard unread.isEmpty else {
                defer { unread = [] }
                return .bytes(unread)
            }
            return ending == nil ? nil : .end
        }
    }

    private var isCollecting: Bool {
        if case .collect = mode { true } else { false }
    }
}
