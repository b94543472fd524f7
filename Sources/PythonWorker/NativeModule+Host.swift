import CLinux
import CPython
import CPythonShims
import Marshalling
import PythonRuntime
import Synchronization

/// What Python code learns of its call and tells the host without waiting for an answer.
extension NativeModule {
    static var hostFunctions: [(String, String, Int32, PyCFunction)] {
        unsafe [
            (
                "log", "log(level, logger, message, details): a line for the host's log; False when it is dropped.",
                METH_VARARGS, { unsafe NativeModule.log($1) }
            ),
            (
                "log_rate", "log_rate(lines): how many lines a second may pass.", METH_O,
                { unsafe NativeModule.logRate($1) }
            ),
            (
                "at_call_end", "at_call_end(function): calls it as the call of this thread ends, if one runs.", METH_O,
                { unsafe NativeModule.atCallEnd($1) }
            ),
            (
                "call_id", "call_id(): the number of the call that runs here; 0 for none.", METH_NOARGS,
                { _, _ in unsafe NativeModule.callID() }
            ),
            (
                "call_deadline", "call_deadline(): the seconds that the call has left; None for any number.",
                METH_NOARGS, { _, _ in unsafe NativeModule.callDeadline() }
            ),
            (
                "tools_version", "tools_version(): changes when the host's tools do.", METH_NOARGS,
                { _, _ in unsafe NativeModule.toolsVersion() }
            ),
            (
                "hold", "hold(id): an object was made of something hosted.", METH_O,
                { unsafe NativeModule.count(.hold, $1) }
            ),
            (
                "drop", "drop(id): an object made of something hosted is gone.", METH_O,
                { unsafe NativeModule.count(.drop, $1) }
            ),
            (
                "leave", "leave(): this process is a fork of the worker, and not the host's to talk with.", METH_NOARGS,
                { _, _ in
                    Worker.leave()
                    return unsafe NativeModule.none()
                }
            ),
        ]
    }

    private static func truth(_ value: Bool) -> ObjectPointer? {
        unsafe cpython_incref(cpython_bool_object(value))
        return unsafe cpython_bool_object(value)
    }

    // MARK: Lines

    private static func log(_ arguments: ObjectPointer?) -> ObjectPointer? {
        guard let arguments = unsafe arguments, unsafe cpython_tuple_count(arguments) == 4 else {
            return unsafe raise(cpython_type_error(), "log(level, logger, message, details)")
        }
        guard let switchboard = unsafe Worker.switchboard else { return unsafe truth(false) }
        guard let dropped = LogLines.pass(on: switchboard.channel) else { return unsafe truth(false) }
        var line = WireEncoder()
        do {
            unsafe try ObjectEncoder.encode(arguments, into: &line, strict: true)
        } catch {
            LogLines.fail(dropped)
            return unsafe raise(cpython_value_error(), "\(error)")
        }
        do {
            try unsafe line.withBytes { (bytes) throws(ChannelError) in
                unsafe try switchboard.channel.send(.log, id: switchboard.currentCall, aux: dropped, payload: bytes)
            }
        } catch { LogLines.fail(dropped + 1) }
        return unsafe truth(true)
    }

    private static func logRate(_ argument: ObjectPointer?) -> ObjectPointer? {
        let rate = unsafe PyLong_AsLong(argument)
        if rate == -1, unsafe PyErr_Occurred() != nil { return nil }
        LogLines.allow(rate)
        return unsafe none()
    }

    // MARK: The call

    // Sound: only touched under the interpreter lock. Each holds a reference to the function.
    nonisolated(unsafe) private static var ends: [UInt64: ObjectPointer] = unsafe [:]

    private static func atCallEnd(_ function: ObjectPointer?) -> ObjectPointer? {
        guard let call = unsafe Worker.switchboard?.currentCall, call != 0 else { return unsafe truth(false) }
        if unsafe ends[call] != nil { return unsafe truth(true) }
        unsafe cpython_incref(function)
        unsafe ends[call] = function
        return unsafe truth(true)
    }

    /// Does what was to be done at the end of a call. The caller holds the interpreter lock.
    static func callEnds(_ call: UInt64) {
        guard unsafe !ends.isEmpty, let function = unsafe ends.removeValue(forKey: call) else { return }
        let result = unsafe PyObject_CallNoArgs(function)
        unsafe result == nil ? PyErr_Clear() : cpython_decref(result)
        unsafe cpython_decref(function)
    }

    private static func callID() -> ObjectPointer? {
        unsafe PyLong_FromUnsignedLongLong(Worker.switchboard?.currentCall ?? 0)
    }

    private static func callDeadline() -> ObjectPointer? {
        let deadline = unsafe Worker.switchboard?.deadline ?? 0
        guard deadline > 0 else { return unsafe none() }
        let left = Int64(bitPattern: deadline &- clinux_monotonic_ns())
        return unsafe PyFloat_FromDouble(max(0, Double(left) / 1e9))
    }

    private static func toolsVersion() -> ObjectPointer? {
        unsafe PyLong_FromUnsignedLongLong(Worker.switchboard?.toolsVersion.load(ordering: .relaxed) ?? 0)
    }

    private static func count(_ kind: Frame.Kind, _ argument: ObjectPointer?) -> ObjectPointer? {
        let id = unsafe PyLong_AsUnsignedLongLong(argument)
        if id == .max, unsafe PyErr_Occurred() != nil { return nil }
        // A channel that fails here belongs to a host that is gone.
        try? unsafe Worker.switchboard?.channel.send(Frame(kind, id: id))
        return unsafe none()
    }
}

extension Switchboard {
    /// The deadline of the call that this thread works for, on the monotonic clock in ns; 0 for none.
    var deadline: UInt64 {
        let call = currentCall
        return state.withLock { $0.deadlines[call] ?? 0 }
    }

    /// Notes the deadline of a call that begins; one made in another has that one's.
    func begin(_ call: Frame, within outer: UInt64) {
        guard call.isNested || call.aux > 0 else { return }
        state.withLock { $0.deadlines[call.id] = call.isNested ? $0.deadlines[outer] : call.aux }
    }
}
