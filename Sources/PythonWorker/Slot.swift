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
    init(on switchboard: Switchboard) { self.switchboard = switchboard }

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
        answer.reset()
        let kind = execute(call, interpreter)
        // Python code has forked, and it is the child that comes back: the channel is its parent's.
        guard unsafe Worker.switchboard != nil else { clinux_exit(0) }
        let switchboard = switchboard
        try unsafe answer.withBytes { (bytes) throws(ChannelError) in
            unsafe try switchboard.channel.send(kind, id: call.id, payload: bytes)
        }
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
                NativeModule.callEnds(call.id)
                LogLines.reportDropped(in: call.id, on: switchboard.channel)
                _ = clinux_set_current_call(outer)
                switchboard.end(call.id)
                // An interrupt that came as the call was ending must not hit the next one.
                _ = PyThreadState_SetAsyncExc(thread, nil)
            }
            if call.kind == .stream {
                try GeneratorStream.perform(call, on: switchboard, into: &answer, interpreter)
            } else {
                try Call.perform(call.payload, into: &answer, stamps: &stamps, interpreter)
            }
            stamps?.encoded = clinux_monotonic_ns()
            stamps?.append(to: &answer)
            return .result
        } catch let error as PythonFailure {
            failure = error
        } catch let error as WireError {
            failure = PythonFailure(wire: error)
        } catch {
            failure = PythonFailure(type: "SystemError", message: "\(error)")
        }
        answer.reset()
        do { try answer.value(failure.value) } catch {
            // A traceback or detail too large or too deep to travel: the names do.
            answer.reset()
            failure = PythonFailure(type: failure.type, message: String(failure.message.prefix(4096)))
            try? answer.value(failure.value)
        }
        return .failure
    }
}

/// What a slot asks of the switchboard.
extension Switchboard {
    /// The next call, if one waits.
    func takeCall() -> Frame? { state.withLock { $0.slots.take() } }

    /// Waits for the next call. Called without the interpreter lock.
    func nextCall() -> Frame {
        wait { state in
            state.slots.take()
        } mayRead: { state in
            // While another slot is busy it, or the watcher, reads: it serves a short call sooner than a thread wakes up.
            state.slots.busy == 0
        } sleeping: { state, bell in
            state.slots.sleeps(bell)
        } awake: { state, bell in
            state.slots.wakes(bell)
        }
    }

    func finishedCall() { state.withLock { $0.slots.finished() } }

    /// Marks a thread as running a call; false when the call has been cancelled already.
    func begin(_ call: UInt64, on thread: UInt) -> Bool { state.withLock { $0.cancellations.begin(call, on: thread) } }

    /// Marks a call as ended. The caller holds the interpreter lock, and then drops an interrupt that came too late.
    func end(_ call: UInt64) {
        state.withLock { state in
            state.cancellations.end(call)
            if !state.deadlines.isEmpty { state.deadlines[call] = nil }
        }
    }

    /// The thread that is to be interrupted for a call. Called under the interpreter lock, under which no call begins or ends.
    func threadRunning(_ call: UInt64) -> UInt? { state.withLock { $0.cancellations.running[call] } }
}
