import CLinux
import Marshalling
import Synchronization

/// The pool's one thread: it sleeps until a worker, the zygote or a deadline wants it.
final class Reactor: Sendable {
    /// What woke it.
    enum Event: Sendable {
        /// The zygote of this epoch.
        case zygote(Int)
        case worker(Int)
        /// Something has changed in a watched folder.
        case sources
        case time
    }

    private enum Tag {
        static let wake: UInt64 = 0, firstWorker: UInt64 = 1, sources = UInt64(1) << 62, firstZygote = UInt64(1) << 63
    }

    private let epoll: Int32
    private let wake: Int32
    private let thread = Mutex<UInt64?>(nil)
    private let stopping = Atomic(false)
    private let end = Mutex<(ended: Bool, waiters: [@Sendable () -> Void])>((false, []))
    /// When the thread is to wake at the latest, on the monotonic clock in ns.
    private let alarm = Atomic<UInt64>(.max)
    private let executor: PoolExecutor

    init(_ executor: PoolExecutor) throws(ChannelError) {
        self.executor = executor
        epoll = clinux_epoll_create()
        wake = clinux_eventfd()
        guard epoll >= 0, wake >= 0, clinux_epoll_add(epoll, wake, Tag.wake, true) == 0 else {
            throw ChannelError("the pool's thread could not be set up: the limit of open files may be reached")
        }
    }

    deinit {
        _ = clinux_close(epoll)
        _ = clinux_close(wake)
    }

    /// Starts the thread. `handle` is called on it for each event, and says whether another one may be about to come; `ended` is called as
    /// the last thing.
    func start(_ handle: @escaping @Sendable (Event) -> Bool, ended: @escaping @Sendable () -> Void)
        throws(ChannelError)
    {
        let body = Box { [self] in
            executor.start(on: self)
            loop(handle)
            executor.end()
            ended()
            let waiters = end.withLock { end in
                end.ended = true
                return end.waiters
            }
            for waiter in waiters { waiter() }
        }
        var handle: UInt64 = 0
        // Sound: the thread takes the reference over and releases it when it has run.
        let started = unsafe clinux_thread_start(
            { unsafe Unmanaged<Box>.fromOpaque($0!).takeRetainedValue().body() },
            Unmanaged.passRetained(body).toOpaque(),
            &handle)
        guard started == 0 else { throw ChannelError("starting the pool's thread: \(linuxError(started))") }
        thread.withLock { $0 = handle }
    }

    /// Asks the thread to end.
    func stop() {
        stopping.store(true, ordering: .sequentiallyConsistent)
        _ = clinux_ring(wake)
    }

    /// Runs `action` when the thread is about to end, or now if it has.
    func onEnd(_ action: @escaping @Sendable () -> Void) {
        let ended = end.withLock { end in
            if !end.ended { end.waiters.append(action) }
            return end.ended
        }
        if ended { action() }
    }

    /// Waits for the thread that ``stop()`` has been asked of.
    func join() {
        guard
            let handle = thread.withLock({ thread in
                defer { thread = nil }
                return thread
            })
        else { return }
        _ = clinux_thread_join(handle)
    }

    func watch(zygote socket: Int32, epoch: Int) {
        _ = clinux_epoll_add(epoll, socket, Tag.firstZygote + UInt64(epoch), false)
    }
    func forget(zygote socket: Int32) { _ = clinux_epoll_remove(epoll, socket) }

    /// Watches a worker's stand-by doorbell. It is never read: each ring is an edge of its own.
    func watch(worker generation: Int, bell: Int32) {
        _ = clinux_epoll_add(epoll, bell, Tag.firstWorker + UInt64(generation), true)
    }

    /// Watches a descriptor that reports changes in folders.
    func watch(sources descriptor: Int32) { _ = clinux_epoll_add(epoll, descriptor, Tag.sources, false) }

    func forget(bell: Int32) { _ = clinux_epoll_remove(epoll, bell) }

    /// Sees to it that a ``Event/time`` comes no later than this. An alarm that proves too early costs one look around.
    func wake(by time: UInt64) {
        var known = alarm.load(ordering: .acquiring)
        while time < known {
            let (exchanged, original) = alarm.compareExchange(
                expected: known, desired: time, ordering: .acquiringAndReleasing)
            if exchanged {
                _ = clinux_ring(wake)
                return
            }
            known = original
        }
    }

    /// Has the thread look for jobs.
    func wakeUp() { _ = clinux_ring(wake) }

    private func loop(_ handle: (Event) -> Bool) {
        var tags = [UInt64](repeating: 0, count: 64)
        var spin = AdaptiveSpin()
        var isExpectant = false
        while !stopping.load(ordering: .sequentiallyConsistent) {
            let events = tags[..<wait(&tags, isExpectant, &spin)]
            isExpectant = false
            func pass(_ event: Event) { if handle(event) { isExpectant = true } }
            for tag in events {
                switch tag {
                case Tag.wake: break
                case Tag.sources: pass(.sources)
                case Tag.firstZygote...: pass(.zygote(Int(tag - Tag.firstZygote)))
                default: pass(.worker(Int(tag - Tag.firstWorker)))
                }
            }
            if alarm.load(ordering: .acquiring) <= clinux_monotonic_ns() {
                alarm.store(.max, ordering: .releasing)
                pass(.time)
            }
            if executor.run() { isExpectant = true }
        }
    }

    /// Waits until something wants the thread.
    ///
    /// After answers have come, and after tasks have run here, it looks around for some microseconds before it sleeps: more calls may have
    /// been made, and who answers those at once need not wake it.
    ///
    /// - Returns: how many of `tags` are set.
    private func wait(_ tags: inout [UInt64], _ isExpectant: Bool, _ spin: inout AdaptiveSpin) -> Int {
        func poll(_ timeout: Int32) -> Int { max(0, Int(unsafe clinux_epoll_wait(epoll, &tags, 64, timeout))) }
        guard executor.maySleep() else { return poll(0) }
        let patience = isExpectant ? spin.patience() : 0
        if patience > 0 {
            let end = clinux_monotonic_ns() + patience
            repeat {
                let ready = poll(0)
                if ready > 0 { return ready }
                clinux_yield()
            } while clinux_monotonic_ns() < end
            spin.spunInVain()
        }
        let begun = clinux_monotonic_ns()
        let ready = poll(timeout())
        spin.waited(clinux_monotonic_ns() &- begun)
        return ready
    }

    private func timeout() -> Int32 {
        let time = alarm.load(ordering: .acquiring)
        guard time != .max else { return -1 }
        let now = clinux_monotonic_ns()
        return time <= now ? 0 : Int32(clamping: (time - now + 999_999) / 1_000_000)
    }

    private final class Box: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
}
