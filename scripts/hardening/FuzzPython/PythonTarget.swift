import CPython
import FuzzDriver
import Glibc
import Marshalling
import PythonRuntime

@testable import PythonWorker

extension FuzzTarget {
    /// Any bytes as a frame that a worker reads: Python's objects are written and read again the same, Swift reads whatever Python reads,
    /// and, in a debug build of CPython, no reference is left over.
    static let python = FuzzTarget("python") { input in
        _ = PythonSide.started
        let frame = unsafe Array(input)
        PythonSide.trip(frame)
        guard let total = PythonSide.totalReferences else { return }
        // The first time fills caches.
        PythonSide.trip(frame)
        let before = total()
        PythonSide.trip(frame)
        let after = total()
        require(before == after, "every reference is released: \(after - before) are left over")
    }
}

private enum PythonSide {
    /// The number of references to all objects; nil but in a debug build.
    static let totalReferences: (@convention(c) () -> Int)? = {
        // Sound: a debug build declares `Py_ssize_t _Py_GetRefTotal(void)`.
        unsafe dlsym(nil, "_Py_GetRefTotal").map { unsafe unsafeBitCast($0, to: (@convention(c) () -> Int).self) }
    }()

    /// Starts the interpreter, in which every object is a block of malloc's, for the sanitizer to watch.
    static let started: Void = {
        // Sound, all of it: the only thread, before and while the interpreter starts.
        var early = PyPreConfig()
        unsafe PyPreConfig_InitIsolatedConfig(&early)
        early.allocator = Int32(PYMEM_ALLOCATOR_MALLOC.rawValue)
        _ = unsafe Py_PreInitialize(&early)
        do throws(PythonFailure) {
            let environment = unsafe getenv("DSPEX_VENV").map { unsafe String(cString: $0) } ?? "/usr"
            try InterpreterStart.start(executable: environment + "/bin/python")
            try withInterpreter { (python: borrowing Interpreter) throws(PythonFailure) in
                try NativeModule.install(python)
                require(unsafe PyRun_SimpleStringFlags(program, nil) == 0, "the converters are registered")
            }
        } catch { fatalError("the interpreter did not start: \(error)") }
    }()

    // All converters of a worker. A class that is not there is not looked for: who knows what importing the module of an input's choice does.
    private static let program = """
        import datetime, decimal, enum, fractions, pathlib, sys, types, uuid, zoneinfo
        from dspex_worker import class_converters, converters
        def import_module(name):
            raise ImportError(name)
        class_converters.importlib = types.SimpleNamespace(import_module=import_module)
        converters.install()
        """

    static func trip(_ frame: [UInt8]) {
        withInterpreter { (python: borrowing Interpreter) in
            guard let written = rewrite(frame, python) else { return }
            require((try? PythonValue(wireForm: frame)) != nil, "Swift reads what Python reads")
            guard let again = rewrite(written, python) else { fatalError("broken promise: Python reads what it wrote") }
            // Sets may be walked in another order.
            let hasSets = written.contains { $0 == WireTag.set.rawValue || $0 == WireTag.frozenset.rawValue }
            require(
                written == again || hasSets && written.sorted() == again.sorted(),
                "what Python wrote is read and written the same")
            require((try? PythonValue(wireForm: written)) != nil, "Swift reads what Python writes")
        }
        require(unsafe PyErr_Occurred() == nil, "no exception is left over")
    }

    /// The object of a frame, written by Python; nil when the frame is refused.
    private static func rewrite(_ frame: [UInt8], _ python: borrowing Interpreter) -> [UInt8]? {
        guard let pointer = unsafe try? ObjectDecoder.decode(frame) else { return nil }
        guard let object = unsafe try? python.own(pointer) else { return nil }
        var encoder = WireEncoder()
        do { unsafe try ObjectEncoder.encode(object.pointer, into: &encoder, strict: true) } catch {
            fatalError("broken promise: an object that was read can be written, but: \(error)")
        }
        return encoder.bytes
    }
}
