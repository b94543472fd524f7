import CPython
import CPythonShims
import PythonRuntime

/// How a call that runs Python code learns that it is cancelled.
extension NativeModule {
    /// Throws `HostCancelled` at the next bytecode into the thread that runs a call, or cancels what the event loop runs in which it waits.
    /// Does nothing when the call has ended, and postpones what would break more than the call. Called under the interpreter lock, under
    /// which no call begins or ends.
    static func interrupt(_ call: UInt64, on switchboard: Switchboard) {
        guard let thread = switchboard.threadToInterrupt(for: call) else { return }
        defer { PyErr_Clear() }
        let running = unsafe running(of: thread)
        // Sound: `running` is a new reference to a pair. Python code, under which the lock may be lost and the thread may begin another
        // call, runs only when the exception is where it belongs.
        defer { unsafe Py_DecRef(running) }
        let throwsIntoIt = unsafe running == nil || cpython_tuple_item(running, 1) == cpython_none_object()
        if throwsIntoIt, cpython_is_delicate(thread) { return switchboard.postponeInterrupt(of: call) }
        guard switchboard.tell(call, on: thread) else { return }
        if throwsIntoIt { _ = unsafe PyThreadState_SetAsyncExc(thread, hostCancelled) }
        guard let running = unsafe running, let tell = unsafe attribute("tell", ofModule: streams) else { return }
        defer { unsafe cpython_decref(tell) }
        unsafe Py_DecRef(PyObject_CallObject(tell, running))
    }

    /// Takes back the exception that was thrown into this thread, which has not seen it: it learns of it in another way, or the call is over.
    /// Called under the interpreter lock.
    static func dropInterrupt() { _ = PyThreadState_SetAsyncExc(PyThread_get_thread_ident(), nil) }

    private static let streams = "dspex_worker.streams"

    /// The loop that a thread runs, and the task in it that is to be cancelled or None: a new reference, or nil when it runs no loop.
    private static func running(of thread: UInt) -> ObjectPointer? {
        guard let threads = unsafe attribute("running", ofModule: streams) else { return nil }
        // Sound: `threads` and `number` are new references, `running` is borrowed.
        defer { unsafe cpython_decref(threads) }
        guard let number = unsafe PyLong_FromUnsignedLong(thread) else { return nil }
        defer { unsafe cpython_decref(number) }
        guard let running = unsafe PyDict_GetItemWithError(threads, number) else { return nil }
        unsafe cpython_incref(running)
        return unsafe running
    }

    /// An attribute of a module, which is not imported for it: the thread that is being interrupted may hold the import lock.
    private static func attribute(_ name: String, ofModule module: String) -> ObjectPointer? {
        guard let module = unsafe PyDict_GetItemString(PyImport_GetModuleDict(), module) else { return nil }
        return unsafe PyObject_GetAttrString(module, name)
    }

    // MARK: Exceptions that are lost

    static var interruptFunctions: [(String, String, Int32, PyCFunction)] {
        unsafe [
            (
                "cancel_again",
                "cancel_again(exception): throws it again soon if it is what a call was interrupted by, and says whether.",
                METH_O,
                { unsafe NativeModule.cancelAgain($1) }
            ),
            (
                "unraisable", "unraisable(hook, unraisable): cancel_again(unraisable.exc_value) or hook(unraisable).",
                METH_VARARGS, { unsafe NativeModule.unraisable($1) }
            ),
        ]
    }

    private static func cancelAgain(_ argument: ObjectPointer?) -> ObjectPointer? {
        guard let exception = unsafe argument else { return nil }
        return unsafe PyBool_FromLong(throwAgain(exception) ? 1 : 0)
    }

    /// What `sys.unraisablehook` is in a worker; the first argument is what it was. No Python code: it could itself be hit.
    private static func unraisable(_ arguments: ObjectPointer?) -> ObjectPointer? {
        guard let arguments = unsafe arguments, unsafe cpython_tuple_count(arguments) == 2,
            let unraisable = unsafe cpython_tuple_item(arguments, 1),
            let exception = unsafe PyObject_GetAttrString(unraisable, "exc_value")
        else { return unsafe raise(cpython_type_error(), "unraisable(hook: callable, unraisable: UnraisableHookArgs)") }
        defer { unsafe cpython_decref(exception) }
        if unsafe throwAgain(exception) { return unsafe none() }
        return unsafe PyObject_CallOneArg(cpython_tuple_item(arguments, 0), unraisable)
    }

    /// Has an exception thrown again soon that ``interrupt(_:on:)`` has thrown, and says whether it is one: it has no message. What a question
    /// raises has one, and a call that asks sees it as often as it asks.
    private static func throwAgain(_ exception: ObjectPointer) -> Bool {
        guard unsafe cpython_type(exception) == hostCancelled,
            let arguments = unsafe PyObject_GetAttrString(exception, "args")
        else { return false }
        defer { unsafe cpython_decref(arguments) }
        guard unsafe cpython_is_empty_tuple(arguments) else { return false }
        unsafe Worker.switchboard?.interruptAgain()
        return true
    }
}
