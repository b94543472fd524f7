import CLinux
import CPython
import Marshalling
import PythonRuntime
import Synchronization

/// A thread that serves one request at a time.
struct Slot: ~Copyable {
    private let switchboard: Switchboard
    private let thread = PyThread_get_thread_ident()
    private var answer = WireEncoder(capacity: 4096)

    /// Makes the slot of this thread.
    init(on switchboard: Switchboard) {
        self.switchboard = switchboard
        answer.carriesBlocks = true
    }

    /// Serves calls for as long as the process lives.
    mutating func serve(_ interpreter: borrowing Interpreter) throws {
        while true {
            // A call that waits already is taken without giving the lock up, but not for ever: another slot may wait for it.
            var inRow = 0
            while inRow < 32, let call = switchboard.takeCall() {
                try perform(call, interpreter)
                inRow += 1
            }
            let call = interpreter.released { switchboard.nextCall() }
            switchboard.entered()
            try perform(call, interpreter)
        }
    }

    private mutating func perform(_ call: Frame, _ interpreter: borrowing Interpreter) throws {
        try run(call, interpreter)
        switchboard.dropReleased()
        switchboard.finishedCall()
    }

    /// Runs a call that the host makes while this thread waits for it, and answers it.
    static func runNested(_ call: Frame, on switchboard: Switchboard, _ interpreter: borrowing Interpreter) throws {
        var slot = Slot(on: switchboard)
        try slot.run(call, interpreter)
    }

    private mutating func run(_ call: Frame, _ interpreter: borrowing Interpreter) throws {
        let kind = execute(call, interpreter)
        // Python code has forked, and it is the child that comes back: the channel is its parent's.
        guard unsafe Worker.switchboard != nil else { clinux_exit(0) }
        let switchboard = switchboard
        let blocks = answer.blocks
        try unsafe answer.withBytes { (bytes) throws(ChannelError) in
            unsafe try switchboard.channel.send(kind, id: call.id, payload: bytes, blocks: blocks)
        }
        // Arrays are the host's from now on.
        answer.reset()
    }

    private mutating func execute(_ call: Frame, _ interpreter: borrowing Interpreter) -> Frame.Kind {
        var failure: PythonFailure
        var stamps = call.kind == .timed ? CallStamps() : nil
        stamps?.received = clinux_monotonic_ns()
        do {
            guard switchboard.begin(call.id, on: thread) else { throw NativeModule.cancelledFailure }
            let outer = clinux_set_current_call(call.id)
            switchboard.begin(call, within: outer)
            defer {
                // An interrupt that came as the call was ending must hit neither the next one nor what is done at the end.
                if switchboard.end(call.id) { NativeModule.dropInterrupt() }
                NativeModule.callEnds(call.id)
                LogLines.reportDropped(in: call.id, on: switchboard.channel)
                _ = clinux_set_current_call(outer)
            }
            let context = try CallContext(isNested: outer != 0, interpreter)
            defer { context.leave() }
            if call.kind != .housekeeping, unsafe RequestHooks.areSet {
                try performAsRequest(call, &stamps, interpreter)
            } else {
                try perform(call, &stamps, interpreter)
            }
            stamps?.encoded = clinux_monotonic_ns()
            stamps?.append(to: &answer)
            return .result
        } catch { failure = PythonFailure(error) }
        answer.reset()
        do { try answer.value(failure.value) } catch {
            // A traceback or detail too large or too deep to travel: the names do.
            answer.reset()
            failure.message = String(failure.message.prefix(4096))
            (failure.traceback, failure.details, failure.wire) = ("", [:], nil)
            try? answer.value(failure.value)
        }
        return .failure
    }

    private mutating func perform(
        _ call: Frame, _ stamps: inout CallStamps?, _ interpreter: borrowing Interpreter
    ) throws {
        if call.kind == .stream || call.kind == .nestedStream {
            try GeneratorStream.perform(call, on: switchboard, into: &answer, interpreter)
        } else {
            try Call.perform(call, into: &answer, stamps: &stamps, interpreter)
        }
    }

    /// Performs a call with the hooks before and after it. Those after it run however it ends, a hook's failure before it included.
    private mutating func performAsRequest(
        _ call: Frame, _ stamps: inout CallStamps?, _ interpreter: borrowing Interpreter
    ) throws {
        let request = try HookedRequest(call, interpreter)
        var failure: PythonFailure?
        do {
            try request.begins(interpreter)
            try perform(call, &stamps, interpreter)
        } catch { failure = PythonFailure(error) }
        try request.ends(failure, interpreter)
    }
}

extension PythonFailure {
    /// Whatever ended a call.
    fileprivate init(_ error: any Error) {
        switch error {
        case let failure as PythonFailure: self = failure
        case let wire as WireError: self.init(wire: wire)
        default: self.init(type: "SystemError", message: "\(error)")
        }
    }
}

/// What a slot asks of the switchboard.
extension Switchboard {
    /// The next call, if one waits.
    func takeCall() -> Frame? { state.withLock { $0.slots.take() } }

    /// Waits for the next call. Called without the interpreter lock.
    func nextCall() -> Frame {
        wait { state in
            state.slots.takeToEnter()
        } mayRead: { state in
            // While another slot is busy it, or the watcher, reads: it serves a short call sooner than a thread wakes up.
            state.slots.busy == 0
        } mayReadOn: { state in
            // A call that is left for another slot is nobody's as long as this one sleeps over the channel.
            state.slots.waiting.isEmpty
        } sleeping: { state, bell in
            state.slots.sleeps(bell)
        } awake: { state, bell in
            state.slots.wakes(bell)
        }
    }

    /// The slot that ``nextCall()`` has given a call has the interpreter lock.
    func entered() {
        let isNeeded = state.withLock { $0.slots.entered() && !$0.isWatched }
        if isNeeded { channel.wakeStandbyReader() }
    }

    func finishedCall() { state.withLock { $0.slots.finished() } }

    /// Marks a thread as running a call; false when the call has been cancelled already.
    func begin(_ call: UInt64, on thread: UInt) -> Bool { state.withLock { $0.cancellations.begin(call, on: thread) } }

    /// Marks a call as ended; true when it may have been interrupted. The caller holds the interpreter lock, and drops an interrupt that
    /// came too late.
    func end(_ call: UInt64) -> Bool {
        state.withLock { state in
            if !state.deadlines.isEmpty { state.deadlines[call] = nil }
            return state.cancellations.end(call)
        }
    }

    /// The thread that is to be interrupted for a call. Called under the interpreter lock, under which no call begins or ends.
    func threadToInterrupt(for call: UInt64) -> UInt? {
        state.withLock { $0.cancellations.threadToInterrupt(for: call) }
    }

    /// Marks a call as told that it is cancelled; false when it is not, or had been told. The caller holds the interpreter lock.
    func tell(_ call: UInt64, on thread: UInt) -> Bool { state.withLock { $0.cancellations.tell(call, on: thread) } }

    /// The thread of this call cannot be interrupted at this moment: the watcher tries again soon.
    func postponeInterrupt(of call: UInt64) {
        let next = clinux_monotonic_ns() + Self.interruptInterval
        state.withLock { $0.cancellations.postponeInterrupt(of: call, until: next) }
    }

    /// The exception that this thread has got is lost, as what it hit may raise none. The caller holds the interpreter lock.
    func interruptAgain() {
        let (thread, next) = (PyThread_get_thread_ident(), clinux_monotonic_ns() + Self.interruptInterval)
        state.withLock { $0.cancellations.interruptAgain(on: thread, from: next) }
        channel.wakeStandbyReader()
    }

    /// This thread has seen by itself that its call is cancelled. The caller holds the interpreter lock.
    func noticeCancellation(of call: UInt64) {
        _ = tell(call, on: PyThread_get_thread_ident())
        NativeModule.dropInterrupt()
    }
}
