import CCurlShims
import Glibc
import Synchronization

/// The thread that runs every transfer of one client, and the mailbox through which other threads speak to it.
///
/// The thread starts with the first request. It is a thread of its own because it sleeps in `curl_multi_poll`, where a thread of the
/// cooperative pool must never be.
final class CurlDriver: Sendable {
    /// What other threads ask of the driver's.
    enum Command {
        case start(Transfer)
        case resume(ObjectIdentifier)
        case abort(ObjectIdentifier)
        case letEnd(ObjectIdentifier)
    }

    /// Where the thread stands in its life.
    private enum Phase {
        case idle
        case running(MultiHandle, pthread_t)
        case stopping
        case stopped
    }

    private struct Mailbox {
        var phase = Phase.idle
        var commands: [Command] = []
        /// The thread that somebody waits to join.
        var ended: pthread_t?
        var waitingForEnd: [CheckedContinuation<pthread_t?, Never>] = []
    }

    private let configuration: HTTPClient.Configuration
    private let mailbox = Mutex(Mailbox())

    init(_ configuration: HTTPClient.Configuration) {
        self.configuration = configuration
    }

    // MARK: From any thread

    /// Hands a transfer to the thread; nil when it was taken.
    func start(_ transfer: Transfer) -> HTTPClientError? {
        mailbox.withLock { mailbox in
            if case .idle = mailbox.phase {
                guard let multi = MultiHandle(configuration), let thread = spawn(multi) else {
                    return HTTPClientError(
                        code: .other, host: transfer.host, detail: "the client's thread could not be started")
                }
                mailbox.phase = .running(multi, thread)
            }
            guard case .running(let multi, _) = mailbox.phase else {
                return HTTPClientError(code: .shutdown, host: transfer.host, detail: "the client is shut down")
            }
            mailbox.commands.append(.start(transfer))
            if mailbox.commands.count == 1 { multi.wake() }
            return nil
        }
    }

    func post(_ command: Command) {
        mailbox.withLock { mailbox in
            guard case .running(let multi, _) = mailbox.phase else { return }
            mailbox.commands.append(command)
            if mailbox.commands.count == 1 { multi.wake() }
        }
    }

    /// Ends the thread, fails what is in flight, and returns when the thread is gone.
    func shutdown() async {
        let ended: pthread_t? = await withCheckedContinuation { continuation in
            let isOver = mailbox.withLock { mailbox in
                switch mailbox.phase {
                case .idle, .stopped:
                    mailbox.phase = .stopped
                    return true
                case .running(let multi, let thread):
                    mailbox.phase = .stopping
                    mailbox.ended = thread
                    multi.wake()
                case .stopping: break
                }
                mailbox.waitingForEnd.append(continuation)
                return false
            }
            if isOver { continuation.resume(returning: nil) }
        }
        // The thread has nothing left to do but return, so this does not block. Only one caller gets the thread: a thread is
        // joined once.
        if let ended { pthread_join(ended, nil) }
    }

    /// Ends the thread without waiting for it.
    func abandon() {
        mailbox.withLock { mailbox in
            switch mailbox.phase {
            case .idle: mailbox.phase = .stopped
            case .running(let multi, let thread):
                mailbox.phase = .stopping
                pthread_detach(thread)
                multi.wake()
            case .stopping, .stopped: break
            }
        }
    }

    // MARK: The thread

    /// Starts the thread; the lock is held, so that it finds its own phase set.
    private func spawn(_ multi: MultiHandle) -> pthread_t? {
        var thread = pthread_t()
        // The driver is retained for the thread and released when it ends.
        let context = unsafe Unmanaged.passRetained(Start(driver: self, multi: multi)).toOpaque()
        let status = unsafe pthread_create(
            &thread, nil,
            { context in
                guard let context = unsafe context else { return nil }
                let start = unsafe Unmanaged<Start>.fromOpaque(context).takeRetainedValue()
                blockSignals()
                start.driver.run(start.multi)
                return nil
            }, context)
        guard status == 0 else {
            // The thread never ran: the reference made for it is ours to release.
            unsafe Unmanaged<Start>.fromOpaque(context).release()
            return nil
        }
        return thread
    }

    private final class Start {
        let driver: CurlDriver
        let multi: MultiHandle

        init(driver: CurlDriver, multi: MultiHandle) {
            self.driver = driver
            self.multi = multi
        }
    }

    private func run(_ multi: MultiHandle) {
        var loop = TransferLoop(multi, configuration)
        while true {
            let (commands, goesOn) = mailbox.withLock { mailbox in
                defer { mailbox.commands = [] }
                if case .running = mailbox.phase { return (mailbox.commands, true) }
                return (mailbox.commands, false)
            }
            for command in commands { loop.perform(command) }
            guard goesOn else { break }
            loop.turn()
        }
        loop.failAll()
        let (ended, waiting) = mailbox.withLock { mailbox in
            // Nobody wakes the multi handle once this is said, so it may go.
            mailbox.phase = .stopped
            defer { mailbox.waitingForEnd = [] }
            return (mailbox.ended, mailbox.waitingForEnd)
        }
        loop.close()
        for (index, continuation) in waiting.enumerated() { continuation.resume(returning: index == 0 ? ended : nil) }
    }
}

/// Keeps signals away from the calling thread and from those that it starts: the host's handlers run on the host's threads, and a write
/// to a connection that the server has closed (OpenSSL uses plain `write`) must not end the process with SIGPIPE.
private func blockSignals() {
    var signals = sigset_t()
    // Both calls only touch the local set and this thread's mask.
    unsafe sigfillset(&signals)
    unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
}
