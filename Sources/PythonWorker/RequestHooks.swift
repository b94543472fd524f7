import CPython
import CPythonShims
import Marshalling
import PythonRuntime

/// The Python functions that run before and after each request.
enum RequestHooks {
    @safe struct Hook {
        let name: String
        // Sound: owned for the life of the process, and used under the interpreter lock only.
        let function: ObjectPointer
    }

    // Sound, all three: set once, before the first call is served; read under the interpreter lock.
    nonisolated(unsafe) private(set) static var before: [Hook] = []
    nonisolated(unsafe) private(set) static var after: [Hook] = []
    nonisolated(unsafe) private(set) static var areSet = false

    /// Finds the functions that the settings name. Their modules are imported.
    static func set(_ settings: WorkerSettings, _ interpreter: borrowing Interpreter) throws {
        unsafe before = try settings.beforeRequest.map { try find($0, interpreter) }
        unsafe after = try settings.afterRequest.map { try find($0, interpreter) }
        unsafe areSet = !before.isEmpty || !after.isEmpty
    }

    private static func find(_ name: String, _ interpreter: borrowing Interpreter) throws -> Hook {
        do throws(PythonFailure) {
            let target = try interpreter.object(.string(name))
            let function = unsafe try Call.function(target.pointer, interpreter)
            guard unsafe PyCallable_Check(function.pointer) != 0 else {
                throw PythonFailure(type: "TypeError", message: "it cannot be called")
            }
            return unsafe Hook(name: name, function: function.take())
        } catch {
            throw StartFailure(
                problem: "a worker could not start: its request hook '\(name)': \(error.type): \(error.message)",
                remedy:
                    "write the names in Configuration.hooks as module.function, and have the module in the venv or in modulePaths"
            )
        }
    }
}

/// A request with hooks around it.
@safe struct HookedRequest: ~Copyable {
    // Sound: this value owns one reference, and lives on a thread that holds the interpreter lock.
    private let request: ObjectPointer

    /// Reads from a call what its hooks are told.
    init(_ call: Frame, _ interpreter: borrowing Interpreter) throws {
        let target = try unsafe call.payload.withUnsafeBytes { bytes in
            // Sound: the decoder ends before the borrow of the bytes does.
            var decoder = unsafe WireDecoder(bytes)
            return try decoder.value()
        }
        let make = try interpreter.module("dspex_worker.request_hooks").attribute("Request", interpreter)
        unsafe request = try make(.int(Int(clamping: call.id)), target, in: interpreter).take()
    }

    deinit { unsafe cpython_decref(request) }

    /// Runs the hooks that come before; the first that raises ends it.
    borrowing func begins(_ interpreter: borrowing Interpreter) throws(PythonFailure) {
        for index in unsafe RequestHooks.before.indices { unsafe try run(RequestHooks.before[index], interpreter) }
    }

    /// Runs the hooks that come after, all of them.
    ///
    /// - Throws: how the call failed; else how the first of them did that raised.
    borrowing func ends(_ failure: PythonFailure?, _ interpreter: borrowing Interpreter) throws(PythonFailure) {
        var failure = failure
        if let failure {
            let error = try interpreter.object(.string("\(failure.type): \(failure.message)"))
            if unsafe PyObject_SetAttrString(request, "error", error.pointer) != 0 { PyErr_Clear() }
        }
        for index in unsafe RequestHooks.after.indices {
            do { unsafe try run(RequestHooks.after[index], interpreter) } catch {
                if failure == nil { failure = error } else { tell(error, interpreter) }
            }
        }
        if let failure { throw failure }
    }

    private borrowing func run(
        _ hook: RequestHooks.Hook, _ interpreter: borrowing Interpreter
    ) throws(PythonFailure) {
        do throws(PythonFailure) {
            _ = unsafe try interpreter.own(PyObject_CallOneArg(hook.function, request))
        } catch {
            var failure = error
            failure.hook = hook.name
            throw failure
        }
    }

    /// Has Python log what the caller, who gets an earlier failure, does not hear of.
    private borrowing func tell(_ failure: PythonFailure, _ interpreter: borrowing Interpreter) {
        guard let tell = try? interpreter.module("dspex_worker.request_hooks").attribute("tell", interpreter) else {
            return
        }
        _ = try? tell(.string(failure.hook ?? ""), .string(failure.traceback), in: interpreter)
    }
}
