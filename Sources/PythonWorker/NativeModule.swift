import CPython
import CPythonShims
import Marshalling
import PythonRuntime

/// The module `_dspex`, through which Python code in a worker reaches the host and the wire form.
enum NativeModule {
    // Sound, all four: set once in the zygote, before any other thread can exist; read under the interpreter lock. They own one
    // reference each for the life of the process.
    nonisolated(unsafe) private static var upcallError: ObjectPointer?
    nonisolated(unsafe) private(set) static var hostCancelled: ObjectPointer?
    nonisolated(unsafe) private static var encodeError: ObjectPointer?
    nonisolated(unsafe) private static var decodeError: ObjectPointer?

    /// What a call that was cancelled before it began reports.
    static let cancelledFailure = PythonFailure(
        type: "_dspex.HostCancelled", message: "the call was cancelled before it began")

    /// Makes the module and puts it where `import _dspex` finds it.
    static func install(_ interpreter: borrowing Interpreter) throws(PythonFailure) {
        let module = unsafe try interpreter.own(PyModule_New("_dspex"))
        unsafe upcallError = try exception(
            "UpcallError", "The host could not answer an upcall; args[0] is a dict with at least code and message.",
            base: nil, module, interpreter)
        unsafe hostCancelled = try exception(
            "HostCancelled",
            "The host cancelled the call. A BaseException, so that code which survives errors does not survive it.",
            base: cpython_base_exception(), module, interpreter)
        unsafe encodeError = try exception(
            "EncodeError", "A value has no wire form.", base: cpython_type_error(), module, interpreter)
        unsafe decodeError = try exception(
            "DecodeError", "Bytes are not the wire form.", base: cpython_value_error(), module, interpreter)
        guard unsafe PyModule_AddStringConstant(module.pointer, "version", PackageVersion.current) == 0,
            unsafe PyModule_AddFunctions(module.pointer, methods) == 0,
            unsafe PyDict_SetItemString(PyImport_GetModuleDict(), "_dspex", module.pointer) == 0
        else { throw PythonFailure(type: "SystemError", message: "the module _dspex could not be made") }
    }

    private static func exception(
        _ name: String, _ doc: String, base: ObjectPointer?, _ module: borrowing Object,
        _ interpreter: borrowing Interpreter
    ) throws(PythonFailure) -> ObjectPointer {
        let type = unsafe try interpreter.own(cpython_new_exception("_dspex." + name, doc, base))
        guard unsafe PyModule_AddObjectRef(module.pointer, name, type.pointer) == 0 else {
            throw PythonFailure(type: "SystemError", message: "the module _dspex could not be made")
        }
        return unsafe type.take()
    }

    // MARK: Functions

    // Sound: made once, never freed; Python reads the table for as long as the process lives.
    nonisolated(unsafe) private static let methods: UnsafeMutablePointer<PyMethodDef> = {
        let entries: [(String, String, Int32, PyCFunction)] =
            unsafe [
                (
                    "upcall", "upcall(name, payload): asks the host and waits for its answer.", METH_VARARGS,
                    { unsafe upcall($1) }
                ),
                (
                    "open_stream", "open_stream(name, payload): asks the host for a stream; returns its number.",
                    METH_VARARGS,
                    { unsafe openStream($1) }
                ),
                (
                    "next_item", "next_item(stream): (True, item), or (False, None) at the end.", METH_O,
                    { unsafe nextItem($1) }
                ),
                (
                    "close_stream", "close_stream(stream): tells the host that nobody listens any more.", METH_O,
                    { unsafe closeStream($1) }
                ),
                ("encode", "encode(object): its wire form.", METH_O, { unsafe encode($1) }),
                ("decode", "decode(bytes): the object.", METH_O, { unsafe decode($1) }),
                (
                    "register_converter",
                    "register_converter(name, type, to_payload, from_payload, immutable=False): how objects of a type travel.",
                    METH_VARARGS, { unsafe registerConverter($1) }
                ),
                (
                    "register_reader",
                    "register_reader(name, from_payload, make=None, fill=None): what makes objects of payloads of a name.",
                    METH_VARARGS, { unsafe registerReader($1) }
                ),
                (
                    "set_converter_resolver",
                    "set_converter_resolver(resolve): who is asked for (name, to_payload, immutable) of a class.",
                    METH_O, { unsafe setConverterResolver($1) }
                ),
            ] + hostFunctions + arrayFunctions + interruptFunctions
        let table = unsafe UnsafeMutablePointer<PyMethodDef>.allocate(capacity: entries.count + 1)
        for index in unsafe entries.indices {
            let (name, doc, flags, function) = unsafe entries[index]
            unsafe (table + index).initialize(
                to: PyMethodDef(ml_name: immortal(name), ml_meth: function, ml_flags: flags, ml_doc: immortal(doc)))
        }
        unsafe (table + entries.count).initialize(to: PyMethodDef())
        return unsafe table
    }()

    private static func immortal(_ text: String) -> UnsafePointer<CChar> {
        let bytes = Array(text.utf8CString)
        let memory = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
        unsafe memory.initialize(from: bytes, count: bytes.count)
        return unsafe UnsafePointer(memory)
    }

    // Each function below is called by Python, under its lock, with borrowed arguments; it returns a new reference, or nil with an
    // exception set.

    private static func upcall(_ arguments: ObjectPointer?) -> ObjectPointer? {
        unsafe ask(.upcall, arguments) { switchboard, id in
            let answer = answer(to: id, on: switchboard)
            _ = switchboard.forget(id)
            return unsafe object(of: answer) { unsafe $0 }
        }
    }

    /// Waits for the next answer to a question, and serves the calls that the host makes meanwhile.
    private static func answer(to id: UInt64, on switchboard: Switchboard) -> Question.Answer? {
        insidePython { interpreter in
            while true {
                let answer = interpreter.released { switchboard.answer(to: id) }
                guard case .nested(let call) = answer else { return switchboard.settle(answer, of: id) }
                do { try Slot.runNested(call, on: switchboard, interpreter) } catch { switchboard.leave("\(error)") }
            }
        }
    }

    private static func openStream(_ arguments: ObjectPointer?) -> ObjectPointer? {
        unsafe ask(.openStream, arguments) { _, id in unsafe PyLong_FromUnsignedLongLong(id) }
    }

    private static func nextItem(_ argument: ObjectPointer?) -> ObjectPointer? {
        guard let (switchboard, id) = unsafe stream(argument) else { return nil }
        switchboard.awaitItem(of: id)
        let answer = answer(to: id, on: switchboard)
        if case .value = answer {} else { _ = switchboard.forget(id) }
        if case .end = answer { return unsafe pair(false, cpython_none_object()) }
        return unsafe object(of: answer) { item in
            defer { unsafe cpython_decref(item) }
            return unsafe pair(true, item)
        }
    }

    private static func closeStream(_ argument: ObjectPointer?) -> ObjectPointer? {
        guard let (switchboard, id) = unsafe stream(argument) else { return nil }
        if switchboard.close(id) { try? switchboard.channel.send(Frame(.closeStream, id: id)) }
        unsafe cpython_incref(cpython_none_object())
        return unsafe cpython_none_object()
    }

    // Sound: only touched under the interpreter lock. Whoever encodes takes it, so that a converter which encodes meanwhile gets one of
    // its own. Fresh memory for each large value would cost a page fault for every 4 kB of it.
    nonisolated(unsafe) private static var scratch: WireEncoder?

    private static func encode(_ argument: ObjectPointer?) -> ObjectPointer? {
        guard let argument = unsafe argument else { return nil }
        var encoder = unsafe scratch.take() ?? WireEncoder()
        var bytes: ObjectPointer?
        do {
            unsafe try ObjectEncoder.encode(argument, into: &encoder, strict: true)
            unsafe bytes = encoder.withBytes {
                unsafe PyBytes_FromStringAndSize($0.baseAddress?.assumingMemoryBound(to: CChar.self), $0.count)
            }
        } catch {
            unsafe bytes = raise(encodeError, "\(error)")
        }
        encoder.reset()
        unsafe scratch = consume encoder
        return unsafe bytes
    }

    private static func decode(_ argument: ObjectPointer?) -> ObjectPointer? {
        guard let argument = unsafe argument, unsafe cpython_kind_of(argument) == cpython_bytes else {
            return unsafe raise(cpython_type_error(), "decode() takes bytes")
        }
        let bytes = unsafe UnsafeRawBufferPointer(
            start: cpython_bytes_data(argument), count: cpython_bytes_count(argument))
        do { return unsafe try ObjectDecoder.decode(bytes) } catch { return unsafe raise(decodeError, "\(error)") }
    }

    private static func registerConverter(_ arguments: ObjectPointer?) -> ObjectPointer? {
        guard let arguments = unsafe arguments, (4...5).contains(unsafe cpython_tuple_count(arguments)),
            let name = unsafe cpython_tuple_item(arguments, 0), unsafe cpython_is_str(name),
            let type = unsafe cpython_tuple_item(arguments, 1), unsafe cpython_is_type(type),
            let toPayload = unsafe cpython_tuple_item(arguments, 2), unsafe PyCallable_Check(toPayload) != 0,
            let fromPayload = unsafe cpython_tuple_item(arguments, 3), unsafe PyCallable_Check(fromPayload) != 0
        else {
            return unsafe raise(
                cpython_type_error(),
                "register_converter(name: str, type: type, to_payload: callable, from_payload: callable, immutable: bool)"
            )
        }
        let immutable =
            unsafe cpython_tuple_count(arguments) == 5 && PyObject_IsTrue(cpython_tuple_item(arguments, 4)) == 1
        guard
            unsafe Converters.register(
                name: name, type: type, toPayload: toPayload, fromPayload: fromPayload, immutable: immutable)
        else { return nil }
        return unsafe none()
    }

    private static func registerReader(_ arguments: ObjectPointer?) -> ObjectPointer? {
        guard let arguments = unsafe arguments, [2, 4].contains(unsafe cpython_tuple_count(arguments)),
            let name = unsafe cpython_tuple_item(arguments, 0), unsafe cpython_is_str(name),
            unsafe (1..<cpython_tuple_count(arguments))
                .allSatisfy({ unsafe PyCallable_Check(cpython_tuple_item(arguments, $0)) != 0 })
        else {
            return unsafe raise(
                cpython_type_error(),
                "register_reader(name: str, from_payload: callable), or with make: callable, fill: callable")
        }
        // A slice beyond the end is an empty tuple.
        guard let shell = unsafe PyTuple_GetSlice(arguments, 2, 4) else { return nil }
        defer { unsafe cpython_decref(shell) }
        let reader = unsafe cpython_tuple_item(arguments, 1)!
        let hasShell = unsafe cpython_tuple_count(shell) == 2
        guard unsafe Converters.register(reader: reader, name: name, shell: hasShell ? shell : nil) else { return nil }
        return unsafe none()
    }

    private static func setConverterResolver(_ argument: ObjectPointer?) -> ObjectPointer? {
        guard let argument = unsafe argument, unsafe PyCallable_Check(argument) != 0 else {
            return unsafe raise(cpython_type_error(), "set_converter_resolver(resolve: callable)")
        }
        unsafe Converters.setResolver(argument)
        return unsafe none()
    }

    // MARK: What they share

    static func none() -> ObjectPointer? {
        unsafe cpython_incref(cpython_none_object())
        return unsafe cpython_none_object()
    }

    static func raise(_ type: ObjectPointer?, _ message: String) -> ObjectPointer? {
        unsafe cpython_raise(type, message)
        return nil
    }

    /// Sends a question made of the arguments (name, payload), and goes on with its number.
    private static func ask(
        _ kind: Frame.Kind, _ arguments: ObjectPointer?, then: (Switchboard, UInt64) -> ObjectPointer?
    ) -> ObjectPointer? {
        guard let arguments = unsafe arguments, unsafe cpython_tuple_count(arguments) == 2,
            let name = unsafe cpython_tuple_item(arguments, 0), unsafe cpython_is_str(name)
        else { return unsafe raise(cpython_type_error(), "expected a name and a payload") }
        guard let switchboard = unsafe Worker.switchboard else {
            return unsafe raise(cpython_runtime_error(), "there is no host to ask before the worker is forked")
        }
        var question = WireEncoder()
        question.carriesBlocks = true
        do {
            unsafe try ObjectEncoder.encode(name, into: &question, strict: true)
            unsafe try ObjectEncoder.encode(cpython_tuple_item(arguments, 1), into: &question, strict: false)
        } catch { return unsafe raise(encodeError, "\(error)") }
        let id: UInt64
        do { id = try switchboard.ask(kind, payload: question) } catch {
            return unsafe raise(cpython_runtime_error(), error.description)
        }
        return unsafe then(switchboard, id)
    }

    private static func stream(_ argument: ObjectPointer?) -> (Switchboard, UInt64)? {
        guard let switchboard = unsafe Worker.switchboard, let argument = unsafe argument else {
            unsafe cpython_raise(cpython_runtime_error(), "there is no host to ask before the worker is forked")
            return nil
        }
        let id = unsafe PyLong_AsUnsignedLongLong(argument)
        if id == .max, unsafe PyErr_Occurred() != nil { return nil }
        return (switchboard, id)
    }

    private static func object(
        of answer: Question.Answer?, _ wrap: (ObjectPointer) -> ObjectPointer?
    ) -> ObjectPointer? {
        switch answer {
        case .value(let bytes, let blocks):
            do { return unsafe wrap(try ObjectDecoder.decode(bytes, blocks: blocks)) } catch {
                return unsafe raise(decodeError, "\(error)")
            }
        case .failure(let bytes):
            guard let information = try? unsafe ObjectDecoder.decode(bytes) else {
                return unsafe raise(decodeError, "the host's failure could not be read")
            }
            defer { unsafe cpython_decref(information) }
            unsafe PyErr_SetObject(upcallError, information)
            return nil
        case .cancelled:
            dropInterrupt()
            return unsafe raise(hostCancelled, "the host cancelled the call")
        case .end, .nested, nil:
            return unsafe raise(cpython_runtime_error(), "there is no such stream, or it has ended")
        }
    }

    private static func pair(_ more: Bool, _ item: ObjectPointer?) -> ObjectPointer? {
        guard let pair = unsafe PyTuple_New(2) else { return nil }
        unsafe cpython_incref(cpython_bool_object(more))
        unsafe cpython_tuple_fill(pair, 0, cpython_bool_object(more))
        unsafe cpython_incref(item)
        unsafe cpython_tuple_fill(pair, 1, item)
        return unsafe pair
    }
}
