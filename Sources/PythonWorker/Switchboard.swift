import CLinux
import CPythonShims
import Marshalling
import Synchronization

/// Sorts what comes from the host to whom it is for: calls to the slots, answers to the threads that asked, credit to the streams.
///
/// Whoever waits reads the channel itself when nobody else does, so that in the common case, one thread and one frame, no thread has
/// to wake another. Frames that come while nobody waits are read by the watcher.
final class Switchboard: Sendable {
    struct State {
        var slots: Slots
        var cancellations = Cancellations()
        var questions: [UInt64: Question] = [:]
        var nextQuestion: UInt64 = 1
        var streams: [UInt64: RunningStream] = [:]
        /// Calls that were cancelled before a thread had them, and are to be answered so.
        var refused: [UInt64] = []
        /// References that the host has let go, and whose objects have not been dropped yet.
        var released: [UInt64] = []
        var spareBells: [Int32] = []
        /// When calls that run are to be over, on the monotonic clock in ns; none for most.
        var deadlines: [UInt64: UInt64] = [:]
        /// The watcher looks again soon by itself: it need not be woken, and reads what comes until then if nobody else has.
        var isWatched = false

        /// Whether the host sends but calls, which wait for a slot in any case.
        var onlyCallsCome: Bool { questions.isEmpty && streams.isEmpty }
    }

    let channel: Channel
    let state: Mutex<State>
    /// Which set of tools the host has, as far as it has told.
    let toolsVersion = Atomic<UInt64>(0)
    /// Throws the cancelling exception into the thread that runs this call, if it still does, or postpones that. Takes the interpreter lock.
    private let interruptCall: @Sendable (UInt64) -> Void
    /// Starts one more slot.
    private let startSlot: @Sendable () -> Void
    /// Drops the Python objects of these references. Takes the interpreter lock.
    private let release: @Sendable ([UInt64]) -> Void

    init(
        _ channel: Channel, slots: Int, startSlot: @escaping @Sendable () -> Void,
        interruptCall: @escaping @Sendable (UInt64) -> Void, release: @escaping @Sendable ([UInt64]) -> Void
    ) {
        self.channel = channel
        state = Mutex(State(slots: Slots(limit: slots)))
        self.startSlot = startSlot
        self.interruptCall = interruptCall
        self.release = release
    }

    // MARK: Waiting

    /// Waits until `ready` gives something: as the channel's reader if nobody is and `mayRead` agrees, and for as long as `mayReadOn`
    /// does, else asleep on a doorbell, which `sleeping` records and `awake` takes back. Called without the interpreter lock.
    func wait<Result>(
        _ ready: (inout State) -> Result?, mayRead: (State) -> Bool = { _ in true },
        mayReadOn: (State) -> Bool = { _ in true }, sleeping: (inout State, Int32) -> Void,
        awake: (inout State, Int32) -> Void
    ) -> Result {
        while true {
            let (result, reads) = state.withLock { state -> (Result?, Bool) in
                if let result = ready(&state) { return (result, false) }
                return (nil, mayRead(state))
            }
            if let result { return result }
            if reads, channel.becomeReader() {
                if let result = readUntil(ready, mayReadOn) { return result }
                continue
            }
            let bell = takeBell()
            let found = state.withLock { state -> Result? in
                if let result = ready(&state) { return result }
                sleeping(&state, bell)
                return nil
            }
            if found == nil {
                awaitRing(bell)
                state.withLock { awake(&$0, bell) }
            }
            giveBack(bell)
            if let found { return found }
        }
    }

    private func readUntil<Result>(_ ready: (inout State) -> Result?, _ mayReadOn: (State) -> Bool) -> Result? {
        var result: Result?
        repeat {
            while true {
                drain()
                let readsOn = state.withLock { state in
                    if result == nil { result = ready(&state) }
                    return result == nil && mayReadOn(state)
                }
                if !readsOn { break }
                followUp(watching: false)
                do { _ = try channel.sleep() } catch { leave("\(error)") }
            }
        } while !resignReader()
        followUp(watching: false)
        return result
    }

    /// Leaves the reading to the watcher, whom the host rings for unless it looks by itself soon enough.
    private func resignReader() -> Bool {
        let silently = state.withLock { $0.isWatched && $0.onlyCallsCome }
        guard channel.resignReader(silently: silently) else { return false }
        // The watcher may have looked, and have found somebody reading still.
        if silently, !state.withLock(\.isWatched) { channel.wakeStandbyReader() }
        return true
    }

    private func takeBell() -> Int32 {
        if let spare = state.withLock({ $0.spareBells.popLast() }) { return spare }
        let bell = clinux_eventfd()
        guard bell >= 0 else { leave("no descriptor for a doorbell: \(linuxError(bell))") }
        return bell
    }

    // A doorbell fails when Python code has closed descriptors that are none of its own: without them nothing gets through any more.

    private func awaitRing(_ bell: Int32) {
        let rung = clinux_await_ring(bell, -1)
        if rung < 0 { leave("waiting for a doorbell: \(linuxError(rung))") }
    }

    func ring(_ bell: Int32) {
        let rung = clinux_ring(bell)
        if rung < 0 { leave("ringing a doorbell: \(linuxError(rung))") }
    }

    private func giveBack(_ bell: Int32) { state.withLock { $0.spareBells.append(bell) } }

    // MARK: Reading

    /// How long a queued call waits for a busy slot before another one is woken for it, in ns: longer while calls prove to be short.
    ///
    /// A slot that comes back in time serves it without any thread being woken, and without two of them passing the interpreter lock
    /// back and forth; one that waits for something in C, unknown to us, holds a call up no longer than this.
    private static let patience: ClosedRange<Int64> = 50_000...400_000
    /// So many calls taken within the patience show that they are short.
    private static let manyCalls = 8
    /// How soon an interrupt that could not be is tried again, in ns.
    static let interruptInterval: UInt64 = 5_000_000

    /// Reads for as long as the process lives, whenever the host rings and nobody else reads. The watcher thread's body.
    func watch() {
        var patience = Self.patience.lowerBound
        // Calls come in such numbers that it pays to look again rather than to be rung for.
        var areMany = false
        // The host does not ring: it was told that the watcher looks again by itself.
        var isExpected = false
        while true {
            let (hasCalls, limit, before) = state.withLock { state -> (Bool, Int64?, UInt64) in
                let hasCalls = state.slots.hasCallsForIdle
                state.isWatched = hasCalls || isExpected || areMany
                let limit =
                    state.isWatched
                    ? patience : state.cancellations.hasInterrupts ? Int64(Self.interruptInterval) : nil
                return (hasCalls, limit, state.slots.taken)
            }
            do {
                try channel.standBy(atMost: limit)
                try channel.flushBacklog()
            } catch { leave("\(error)") }
            let taken = state.withLock { state in
                state.isWatched = false
                return state.slots.taken - before
            }
            areMany = taken >= Self.manyCalls
            patience = areMany ? min(2 * patience, Self.patience.upperBound) : Self.patience.lowerBound
            isExpected = false
            if channel.becomeReader() {
                repeat {
                    drain()
                    isExpected = state.withLock { $0.slots.hasCallsForIdle && $0.onlyCallsCome }
                } while !channel.resignReader(silently: isExpected)
            }
            followUp(watching: true, stalledSince: hasCalls ? before : nil)
        }
    }

    private func drain() {
        do { while let frame = try channel.receive() { dispatch(frame) } } catch { leave("\(error)") }
    }

    private func dispatch(_ frame: Frame) {
        let bell: Int32? = state.withLock { state in
            switch frame.kind {
            case .call, .stream, .timed, .housekeeping: state.slots.waiting.append(frame)
            case .cancel: return cancel(frame.id, &state)
            case .reply, .item: return state.deliver(.value(frame.payload, frame.blocks), to: frame.id)
            case .replyFailure: return state.deliver(.failure(frame.payload), to: frame.id)
            case .streamEnd: return state.deliver(.end, to: frame.id)
            case .nested, .nestedStream:
                guard state.questions[frame.aux] != nil else {
                    // Its question has been answered: it is a call like any other.
                    state.slots.waiting.append(frame)
                    return nil
                }
                return state.deliver(.nested(frame), to: frame.aux)
            case .credit: return credit(frame.aux, to: frame.id, &state)
            case .release: state.released += Self.ids(frame.payload)
            case .tools: toolsVersion.store(frame.aux, ordering: .relaxed)
            case .result, .failure, .upcall, .openStream, .closeStream, .ready, .chunk, .log, .hold, .drop, .pass,
                .forget:
                break
            }
            return nil
        }
        if let bell { ring(bell) }
    }

    private static func ids(_ payload: [UInt8]) -> [UInt64] {
        stride(from: 0, to: payload.count - 7, by: 8).map { start in
            (0..<8).reduce(0) { $0 | UInt64(payload[start + $1]) << (8 * $1) }
        }
    }

    /// What reading has brought about and takes more than the state: slots to wake or start, threads to interrupt, calls to refuse.
    func followUp(watching: Bool, stalledSince taken: UInt64? = nil) {
        let (wanted, isWatched, refused, interrupts, isIdle) = state.withLock { state in
            (
                state.slots.wanted(watching: watching, stalledSince: taken, isComputing: cpython_is_computing()),
                state.isWatched, state.takeRefused(), state.cancellations.takeInterrupts(at: clinux_monotonic_ns()),
                !state.released.isEmpty && state.slots.busy == 0
            )
        }
        for bell in wanted.bells { ring(bell) }
        for _ in 0..<wanted.starts { startSlot() }
        if wanted.watch, !isWatched { channel.wakeStandbyReader() }
        for call in refused { refuse(call) }
        for call in interrupts { interruptCall(call) }
        if !watching, !interrupts.isEmpty, state.withLock(\.cancellations.hasInterrupts) {
            channel.wakeStandbyReader()
        }
        // A slot that is busy does it when it comes back: nobody waits for the interpreter lock on behalf of garbage.
        if isIdle { dropReleased() }
    }

    /// Answers a call that was cancelled while it waited for a thread: the host may count on that thread, and is not kept waiting.
    private func refuse(_ call: UInt64) {
        do {
            try channel.send(Frame(.failure, id: call, payload: NativeModule.cancelledFailure.value.wireForm()))
        } catch { leave("\(error)") }
    }

    /// Drops the objects of references that the host has let go.
    func dropReleased() {
        let ids = state.withLock { state in
            guard !state.released.isEmpty else { return [UInt64]() }
            defer { state.released = [] }
            return state.released
        }
        if !ids.isEmpty { release(ids) }
    }

    func leave(_ reason: String) -> Never {
        complain("dspex-worker \(clinux_getpid()): \(reason)")
        clinux_exit(70)
    }
}
