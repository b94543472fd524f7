import CPython
import CPythonShims
import PythonRuntime

/// The context variables of one call: as they were when the worker became ready, whatever other calls have set.
///
/// A call that is nested in another one begins with those of that one. What a call sets ends with it.
@safe struct CallContext {
    // Sound: set once, by the thread that makes the worker ready; read under the interpreter lock. Owns its reference.
    nonisolated(unsafe) private static var first: ObjectPointer?

    /// From now on calls begin with the variables as this thread has them.
    static func begin(_ interpreter: borrowing Interpreter) throws(PythonFailure) {
        unsafe Self.first = try interpreter.own(PyContext_CopyCurrent()).take()
    }

    private let context: ObjectPointer

    /// Enters a context. Called under the interpreter lock, as is ``leave()``, on the same thread.
    init(isNested: Bool, _ interpreter: borrowing Interpreter) throws(PythonFailure) {
        let copy = unsafe try interpreter.own(
            isNested ? PyContext_CopyCurrent() : Self.first.flatMap { unsafe PyContext_Copy($0) })
        guard unsafe PyContext_Enter(copy.pointer) == 0 else { throw PythonFailure.fetch(interpreter) }
        // Sound: owned from here on, and given back by `leave`.
        unsafe context = copy.take()
    }

    /// Leaves it.
    func leave() {
        if unsafe PyContext_Exit(context) != 0 { PyErr_Clear() }
        unsafe cpython_decref(context)
    }
}
