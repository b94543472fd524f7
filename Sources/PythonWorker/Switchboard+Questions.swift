import CLinux
import CPython
import Marshalling
import Synchronization

/// A question to the host, and the answers to it that nobody has taken yet.
struct Question: Sendable {
    /// How a question ended, or what came next on a stream.
    enum Answer: Sendable {
        case value([UInt8], [BlockHold])
        case failure([UInt8])
        case end
        /// The call that the question belongs to was cancelled.
        case cancelled
        /// No answer yet: the host calls back, and the thread that waits serves it.
        case nested(Frame)
    }

    /// The call on whose behalf it is asked.
    let call: UInt64
    /// Whether the answer is a stream.
    let isStream: Bool
    /// The thread that waits for an answer, until it has seen to it that a cancellation does not pass it by.
    var waiter: UInt?
    /// Items of a stream that were taken since the host was last told.
    var takenItems = 0
    /// The doorbell of the thread that sleeps for an answer.
    var sleeper: Int32?
    private var answers: [Answer] = []
    /// Answers at the start of the list that have been taken already.
    private var taken = 0

    init(call: UInt64, isStream: Bool, waiter: UInt?) {
        self.call = call
        self.isStream = isStream
        self.waiter = waiter
    }

    mutating func add(_ answer: Answer) { answers.append(answer) }

    /// From now on there is no other answer than this one. Calls from the host that nobody has served are returned.
    mutating func cancel() -> [Frame] {
        defer {
            answers = [.cancelled]
            taken = 0
        }
        return unserved
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

    /// Removes a call from the host that nobody has served; true when it was there.
    mutating func withdraw(_ call: UInt64) -> Bool {
        let index = answers.indices.dropFirst(taken).first { index in
            if case .nested(let frame) = answers[index] { frame.id == call } else { false }
        }
        guard let index else { return false }
        answers.remove(at: index)
        return true
    }

    /// Calls from the host that nobody has served.
    var unserved: [Frame] {
        answers[taken...].compactMap { if case .nested(let frame) = $0 { frame } else { nil } }
    }
}

extension Switchboard.State {
    /// Adds an answer; returns the doorbell of who sleeps for it.
    mutating func deliver(_ answer: Question.Answer, to id: UInt64) -> Int32? {
        guard questions[id] != nil else { return nil }
        questions[id]?.add(answer)
        return wakeAsker(of: id)
    }

    /// A call was cancelled: true when no thread had it yet, which refuses it.
    mutating func withdraw(_ call: UInt64) -> Bool {
        guard slots.waiting.remove(call) || questions.keys.contains(where: { questions[$0]?.withdraw(call) == true })
        else { return false }
        refused.append(call)
        return true
    }

    mutating func takeRefused() -> [UInt64] {
        guard !refused.isEmpty else { return [] }
        defer { refused = [] }
        return refused
    }

    private mutating func wakeAsker(of id: UInt64) -> Int32? {
        defer { questions[id]?.sleeper = nil }
        return questions[id]?.sleeper
    }
}

/// Questions of Python code to the host.
extension Switchboard {
    /// Sends a question and returns its number.
    func ask(_ kind: Frame.Kind, payload: borrowing WireEncoder) throws(ChannelError) -> UInt64 {
        let call = currentCall
        let waiter = kind == .openStream ? nil : PyThread_get_thread_ident()
        let id = state.withLock { state in
            let id = state.nextQuestion
            state.nextQuestion += 1
            var question = Question(call: call, isStream: kind == .openStream, waiter: waiter)
            if state.cancellations.isCancelled(call) { _ = question.cancel() }
            state.questions[id] = question
            return id
        }
        let blocks = payload.blocks
        try unsafe payload.withBytes { (bytes) throws(ChannelError) in
            unsafe try channel.send(kind, id: id, aux: call, payload: bytes, blocks: blocks)
        }
        return id
    }

    /// The call that this thread works for; for a thread that Python code has started, the one call that runs, if there is just one.
    var currentCall: UInt64 {
        let call = clinux_current_call()
        if call != 0 { return call }
        return state.withLock { state in
            state.cancellations.running.count == 1 ? state.cancellations.running.first?.key ?? 0 : 0
        }
    }

    /// Waits for the next answer to a question. Called without the interpreter lock. Nil when there is no such question (any more).
    func answer(to id: UInt64) -> Question.Answer? {
        let onSlot = clinux_current_call() != 0
        if onSlot {
            let isHeldUp = state.withLock { state in
                state.slots.blocked += 1
                return state.slots.isHeldUp
            }
            if isHeldUp { followUp(watching: false) }
        }
        defer { if onSlot { state.withLock { $0.slots.blocked -= 1 } } }
        let answer = wait { state -> Question.Answer?? in
            guard state.questions[id] != nil else { return .some(nil) }
            return state.questions[id]?.take().map(Optional.some)
        } sleeping: {
            $0.questions[id]?.sleeper = $1
        } awake: { state, _ in
            state.questions[id]?.sleeper = nil
        }
        if case .value = answer { giveCredit(for: id) }
        return answer
    }

    /// This thread is about to wait for the next item of a stream.
    func awaitItem(of id: UInt64) {
        let thread = PyThread_get_thread_ident()
        state.withLock { $0.questions[id]?.waiter = thread }
    }

    /// The thread that waited has this answer, and the interpreter lock again: from here on it is interrupted like any other. A cancellation
    /// that has come meanwhile, and has relied on the question to tell the thread, takes the answer's place.
    func settle(_ answer: Question.Answer?, of id: UInt64) -> Question.Answer? {
        state.withLock { state in
            guard let question = state.questions[id], let waiter = question.waiter else { return answer }
            state.questions[id]?.waiter = nil
            return state.cancellations.tell(question.call, on: waiter) ? .cancelled : answer
        }
    }

    /// Tells the host now and then how many items of a stream have been taken.
    private func giveCredit(for id: UInt64) {
        let due = state.withLock { state -> Int in
            guard var question = state.questions[id], question.isStream else { return 0 }
            question.takenItems += 1
            let due = question.takenItems >= StreamWindow.items / 2 ? question.takenItems : 0
            if due > 0 { question.takenItems = 0 }
            state.questions[id] = question
            return due
        }
        // A channel that fails here fails the next question as well, which can say so.
        if due > 0 { try? channel.send(Frame(.credit, id: id, aux: UInt64(due))) }
    }

    /// Forgets a question; true when it was known. A thread that waits for its answer gets none, at once.
    func forget(_ id: UInt64) -> Bool {
        let (question, bell) = state.withLock { state -> (Question?, Int32?) in
            guard let question = state.questions.removeValue(forKey: id) else { return (nil, nil) }
            for frame in question.unserved { state.slots.waiting.append(frame) }
            return (question, question.sleeper)
        }
        if let bell { ring(bell) }
        if let question, !question.unserved.isEmpty { channel.wakeStandbyReader() }
        return question != nil
    }

    /// Forgets a stream that another thread may be waiting on as the channel's reader.
    func close(_ id: UInt64) -> Bool {
        guard forget(id) else { return false }
        channel.wakeDirectReader()
        return true
    }

    /// Cancels a call: one that no thread has yet is refused; of one that runs, its open questions answer so; where its thread waits for
    /// none, the exception is thrown into its Python code.
    func cancel(_ call: UInt64, _ state: inout State) -> Int32? {
        if state.withdraw(call) { return nil }
        var bell: Int32?
        var asking: Set<UInt> = []
        for (id, question) in state.questions where question.call == call {
            if let waiter = question.waiter { asking.insert(waiter) }
            for frame in state.questions[id]?.cancel() ?? [] { state.slots.waiting.append(frame) }
            if let sleeper = question.sleeper { ring(sleeper) }
        }
        bell = state.streams[call]?.cancel()
        state.cancellations.cancel(call) { asking.contains($0) || bell != nil }
        return bell
    }
}
