import Synchronization

/// One request on its way, as the driver's thread and the consuming task both see it.
final class Transfer: Sendable {
    typealias Waiter = CheckedContinuation<TransferDelivery, Never>
    typealias State = TransferState<Waiter>

    let request: HTTPRequest
    let host: String
    private let driver: CurlDriver
    private let state: Mutex<State>

    init(_ request: HTTPRequest, host: String, mode: State.Mode, driver: CurlDriver) {
        self.request = request
        self.host = host
        self.driver = driver
        state = Mutex(State(mode: mode, host: host))
    }

    var id: ObjectIdentifier { ObjectIdentifier(self) }

    var head: HTTPResponseHead? { state.withLock { $0.head } }

    // MARK: From the consumer

    /// Waits for the head, or for the next bytes. Cancelling the task ends the transfer at once.
    func next(_ want: State.Want) async -> TransferDelivery {
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                act(on: state.withLock { $0.wait(for: want, waiter) })
            }
        } onCancel: {
            abort(.cancelled, "the task was cancelled")
        }
    }

    func abort(_ code: HTTPClientError.Code, _ detail: String) {
        act(on: state.withLock { $0.abort(HTTPClientError(code: code, host: host, detail: detail)) })
    }

    func discardRest() {
        act(on: state.withLock { $0.discardRest() })
    }

    // MARK: From the driver's thread

    func received(_ head: HTTPResponseHead) {
        act(on: state.withLock { $0.received(head) })
    }

    func received(_ chunk: [UInt8]) -> State.Reception {
        let (reception, actions) = state.withLock { $0.received(chunk) }
        act(on: actions)
        return reception
    }

    func finished(_ error: HTTPClientError?) {
        act(on: state.withLock { $0.finished(error) })
    }

    /// Runs outside the lock: a continuation may go on at once, and the driver has a lock of its own.
    private func act(on actions: [State.Action]) {
        for action in actions {
            switch action {
            case .deliver(let delivery, let waiter): waiter.resume(returning: delivery)
            case .resumeTransfer: driver.post(.resume(id))
            case .abortTransfer: driver.post(.abort(id))
            case .letTransferEnd: driver.post(.letEnd(id))
            }
        }
    }
}
