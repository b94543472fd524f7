import CLinux
import Marshalling
import Synchronization

/// Sorts what comes from the host to whom it is for: calls to the slot, answers to the threads that asked.
///
/// Whoever waits reads the channel itself when nobody else does, so that in the common case, one thread and one frame, no thread has
/// to wake another. Frames that come while nobody waits are read by the watcher.
final class Switchboard: Sendable {
    /// How a question to the host ended, or what came next on a stream.
    enum Answer: Sendable {
        case value([UInt8])
        case failure([UInt8])
        case end
        /// The call that the question belongs to was cancelled.
        case cancelled
    }

    private struct Question {
        let call: UInt64
        private var answers: [Answer] = []
        /// Answers at the start of the list that have been taken already.
        private var taken = 0
        /// The doorbell of the thread that sleeps for an answer.
        var sleeper: Int32?

        init(call: UInt64) { self.call = call }

        mutating func add(_ answer: Answer) { answers.append(answer) }

        /// From now on there is no other answer than this one.
        mutating func cancel() {
            answers = [.cancelled]
            taken = 0
        }

        /// The next answer. A cancelled question stays cancelled, however often it is asked.
        mutating func take() -> Answer? {
            guard taken < answers.count else { return nil }
            let answer = answers[taken]
            if case .cancelled = answer { return answer }
            taken += 1
            // Each answer is moved once at most on average, however far the host is ahead.
            if taken * 2 >= answers.count {
                answers.removeFirst(taken)
                taken = 0
            }
            return answer
        }
    }

    private struct State {
        var calls: [Frame] = []
        /// The slot's doorbell while it sleeps.
        var slotSleeper: Int32?
        /// The call that the slot serves; 0 for none.
        var current: UInt64 = 0
        var cancelled: Set<UInt64> = []
        var interrupts: [UInt64] = []
        var questions: [UInt64: Question] = [:]
        var nextQuestion: UInt64 = 1
        var spareBells: [Int32] = []
        /// Calls up to this one have been begun.
        var begun: UInt64 = 0
    }

    let channel: Channel
    private let state = Mutex(State())
    /// Throws the cancelling exception into the slot, if it still serves this call. Takes the interpreter lock.
    private let interruptSlot: @Sendable (UInt64) -> Void

    init(_ channel: Channel, interruptSlot: @escaping @Sendable (UInt64) -> Void) {
        self.channel = channel
        self.interruptSlot = interruptSlot
    }

    // MARK: The slot's side

    /// Waits for the next call. Called without the interpreter lock.
    func nextCall() -> Frame {
        await_ { state in
            state.calls.isEmpty ? nil : state.calls.removeFirst()
        } sleeping: {
            $0.slotSleeper = $1
        }
    }

    /// Marks the slot as serving a call; false when the call has been cancelled already.
    func begin(_ call: UInt64) -> Bool {
        state.withLock { state in
            state.current = call
            state.begun = call
            return !state.cancelled.contains(call)
        }
    }

    /// Marks the slot as free. The caller holds the interpreter lock, and then drops an interrupt that came too late.
    func end() {
        state.withLock { state in
            state.cancelled.remove(state.current)
            state.current = 0
        }
    }

    /// The call that is being served; 0 for none.
    var current: UInt64 { state.withLock(\.current) }

    // MARK: Questions to the host

    /// Sends a question and returns its number.
    func ask(_ kind: Frame.Kind, payload: borrowing WireEncoder) throws(ChannelError) -> UInt64 {
        let (id, call) = state.withLock { state in
            let id = state.nextQuestion
            state.nextQuestion += 1
            var question = Question(call: state.current)
            if state.cancelled.contains(state.current) { question.cancel() }
            state.questions[id] = question
            return (id, state.current)
        }
        try unsafe payload.withBytes { (bytes) throws(ChannelError) in
            unsafe try channel.send(kind, id: id, aux: call, payload: bytes)
        }
        return id
    }

    /// Waits for the next answer to a question. Called without the interpreter lock. Nil when there is no such question (any more).
    func answer(to id: UInt64) -> Answer? {
        await_ { state -> Answer?? in
            guard state.questions[id] != nil else { return .some(nil) }
            return state.questions[id]?.take().map(Optional.some)
        } sleeping: {
            $0.questions[id]?.sleeper = $1
        }
    }

    /// Forgets a question; true when it was known. A thread that waits for its answer gets none, at once.
    func forget(_ id: UInt64) -> Bool {
        guard let question = state.withLock({ $0.questions.removeValue(forKey: id) }) else { return false }
        if let sleeper = question.sleeper { _ = clinux_ring(sleeper) }
        return true
    }

    /// Forgets a stream that another thread may be waiting on as the channel's reader.
    func close(_ id: UInt64) -> Bool {
        guard forget(id) else { return false }
        channel.wakeDirectReader()
        return true
    }

    // MARK: Waiting

    /// Waits until `ready` gives something: as the channel's reader if nobody is, else asleep on a doorbell of its own, which `sleeping`
    /// records or takes back (nil).
    private func await_<Result>(
        _ ready: (inout State) -> Result?, sleeping: (inout State, Int32?) -> Void
    ) -> Result {
        while true {
            if let result = state.withLock({ ready(&$0) }) { return result }
            if channel.becomeReader() {
                if let result = readUntil(ready) { return result }
                continue
            }
            let bell = takeBell()
            let result = state.withLock { state -> Result? in
                if let result = ready(&state) { return result }
                sleeping(&state, bell)
                return nil
            }
            if let result {
                giveBack(bell)
                return result
            }
            _ = clinux_await_ring(bell, -1)
            state.withLock { sleeping(&$0, nil) }
            giveBack(bell)
        }
    }

    private func readUntil<Result>(_ ready: (inout State) -> Result?) -> Result? {
        var result: Result?
        repeat {
            while true {
                drain()
                if result == nil { result = state.withLock { ready(&$0) } }
                if result != nil { break }
                interrupt()
                _ = channel.sleep()
            }
        } while !channel.resignReader()
        interrupt()
        return result
    }

    private func takeBell() -> Int32 {
        if let spare = state.withLock({ $0.spareBells.popLast() }) { return spare }
        let bell = clinux_eventfd()
        guard bell >= 0 else { leave("no descriptor for a doorbell: \(linuxError(bell))") }
        return bell
    }

    private func giveBack(_ bell: Int32) { state.withLock { $0.spareBells.append(bell) } }

    // MARK: Reading

    /// Reads for as long as the process lives, whenever the host rings and nobody else reads. The watcher thread's body.
    func watch() {
        while true {
            channel.standBy()
            do { try channel.flushBacklog() } catch { leave("\(error)") }
            guard channel.becomeReader() else { continue }
            repeat { drain() } while !channel.resignReader()
            interrupt()
        }
    }

    private func drain() {
        do { while let frame = try channel.receive() { dispatch(frame) } } catch { leave("\(error)") }
    }

    private func dispatch(_ frame: Frame) {
        let bells: [Int32] = state.withLock { state in
            switch frame.kind {
            case .call:
                state.calls.append(frame)
                return take(&state.slotSleeper)
            case .cancel: return cancel(frame.id, &state)
            case .reply, .item: return deliver(.value(frame.payload), to: frame.id, &state)
            case .replyFailure: return deliver(.failure(frame.payload), to: frame.id, &state)
            case .streamEnd: return deliver(.end, to: frame.id, &state)
            case .result, .failure, .upcall, .openStream, .closeStream, .ready: return []
            }
        }
        for bell in bells { _ = clinux_ring(bell) }
    }

    private func take(_ sleeper: inout Int32?) -> [Int32] {
        defer { sleeper = nil }
        return sleeper.map { [$0] } ?? []
    }

    private func deliver(_ answer: Answer, to id: UInt64, _ state: inout State) -> [Int32] {
        guard state.questions[id] != nil else { return [] }
        state.questions[id]?.add(answer)
        return take(&state.questions[id]!.sleeper)
    }

    /// Cancels a call: its open questions answer so; where it asks none, the exception is thrown into its Python code.
    private func cancel(_ call: UInt64, _ state: inout State) -> [Int32] {
        // A call that has ended is not to be remembered; one that is still on its way is: its cancellation may overtake it.
        guard state.current == call || call > state.begun else { return [] }
        state.cancelled.insert(call)
        var bells: [Int32] = []
        var asks = false
        for (id, question) in state.questions where question.call == call {
            asks = true
            state.questions[id]?.cancel()
            bells += take(&state.questions[id]!.sleeper)
        }
        if !asks, state.current == call { state.interrupts.append(call) }
        return bells
    }

    private func interrupt() {
        let calls = state.withLock { state in
            defer { state.interrupts = [] }
            return state.interrupts
        }
        for call in calls { interruptSlot(call) }
    }

    private func leave(_ reason: String) -> Never {
        complain("dspex-worker \(clinux_getpid()): \(reason)")
        clinux_exit(70)
    }
}
