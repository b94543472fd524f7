import CCurlShims
import Glibc

/// What the driver's thread does: it carries out commands, moves transfers on, ends those whose deadline passes, and sleeps.
struct TransferLoop {
    private let multi: MultiHandle
    private let configuration: HTTPClient.Configuration
    private var active: [ObjectIdentifier: EasyHandle] = [:]
    /// The owner of each handle that libcurl knows, by its address.
    private var owners: [UInt: ObjectIdentifier] = [:]
    private var idle: [EasyHandle] = []
    /// No deadline of an active transfer is earlier.
    private var nextDeadline: ContinuousClock.Instant?

    /// How many handles without a transfer are kept for the next ones.
    private static let idleLimit = 64
    /// How long a transfer whose consumer has left may take to end by itself.
    private static let longestEnd = Duration.seconds(1)
    /// The longest sleep.
    private static let longestSleep = Duration.seconds(60)

    init(_ multi: MultiHandle, _ configuration: HTTPClient.Configuration) {
        self.multi = multi
        self.configuration = configuration
    }

    mutating func perform(_ command: CurlDriver.Command) {
        switch command {
        case .start(let transfer): start(transfer)
        case .abort(let id): retire(id)
        case .resume(let id):
            guard let easy = active[id] else { return }
            // On this thread, and outside every lock: libcurl offers the held-back chunk from within this call.
            unsafe curl_easy_pause(easy.handle, CURLPAUSE_CONT)
        case .letEnd(let id):
            guard let easy = active[id] else { return }
            let end = ContinuousClock.now.advanced(by: Self.longestEnd)
            easy.deadline = min(easy.deadline ?? end, end)
            nextDeadline = min(nextDeadline ?? end, end)
            // As above; it does nothing to a transfer that does not rest.
            unsafe curl_easy_pause(easy.handle, CURLPAUSE_CONT)
        }
    }

    /// One round: everything that can be done now, then sleep.
    mutating func turn() {
        multi.perform()
        while let (address, result) = multi.nextFinished() {
            guard let id = owners[address], let easy = active[id] else { continue }
            let error = easy.error(result)
            easy.transfer?.finished(error)
            retire(id)
        }
        expire()
        // Should libcurl be unable to sleep, the thread must not spin.
        if !multi.poll(milliseconds: sleepMilliseconds) { usleep(1000) }
    }

    mutating func failAll() {
        for (id, easy) in active {
            easy.transfer?.abort(.shutdown, "the client was shut down")
            retire(id)
        }
    }

    mutating func close() {
        idle = []
        multi.close()
    }

    private mutating func start(_ transfer: Transfer) {
        if let deadline = transfer.request.deadline {
            guard deadline > .now else { return transfer.timedOut() }
            nextDeadline = min(nextDeadline ?? deadline, deadline)
        }
        guard let easy = idle.popLast() ?? EasyHandle() else {
            return transfer.abort(.other, "libcurl is out of memory")
        }
        easy.start(transfer, configuration)
        guard multi.add(easy) else {
            easy.finish()
            return transfer.abort(.other, "libcurl does not take the request")
        }
        active[transfer.id] = easy
        owners[easy.address] = transfer.id
    }

    private mutating func retire(_ id: ObjectIdentifier) {
        guard let easy = active.removeValue(forKey: id) else { return }
        multi.remove(easy)
        owners[easy.address] = nil
        easy.finish()
        if idle.count < Self.idleLimit { idle.append(easy) }
    }

    private mutating func expire() {
        guard let nextDeadline, nextDeadline <= .now else { return }
        let now = ContinuousClock.now
        for (id, easy) in active {
            guard let transfer = easy.transfer, let deadline = easy.deadline, deadline <= now else {
                continue
            }
            transfer.timedOut()
            retire(id)
        }
        self.nextDeadline = active.values.compactMap(\.deadline).min()
    }

    private var sleepMilliseconds: Int32 {
        let sleep = min(
            nextDeadline.map { ContinuousClock.now.duration(to: $0) } ?? Self.longestSleep, Self.longestSleep)
        return Int32(clamping: sleep.wholeMilliseconds)
    }
}

extension Transfer {
    fileprivate func timedOut() {
        abort(.timeout, "no complete response before the deadline")
    }
}
