import CLinux
import CPython
import CPythonShims
import Marshalling
import PythonRuntime

/// One call: three values on the wire (target, positional arguments, keyword arguments) and a ``ResultForm`` if it is not the usual one; an
/// object called; its result on the wire.
enum Call {
    /// Where a target's function is found: its target → (the object that holds it, the attribute's name).
    // Sound: only touched under the interpreter lock; lives as long as the process.
    nonisolated(unsafe) private static let holders: ObjectPointer = unsafe PyDict_New()

    /// Decodes a call, performs it, and appends the result; of a coroutine, what it returns at its end.
    ///
    /// - Parameter stamps: set as the steps end; nil when nobody wants to know.
    /// - Throws: ``PythonFailure`` for what Python raised, ``WireError`` for bytes or results without a wire form.
    static func perform(
        _ payload: [UInt8], into answer: inout WireEncoder, stamps: inout CallStamps?,
        _ interpreter: borrowing Interpreter
    ) throws {
        var form = ResultForm.values
        let result = try invoke(payload, &form, stamps: &stamps, interpreter)
        guard unsafe !cpython_is_coroutine(result.pointer) else {
            let run = try interpreter.module("dspex_worker.streams").attribute("run", interpreter)
            let awaited = unsafe try interpreter.own(PyObject_CallOneArg(run.pointer, result.pointer))
            stamps?.returned = clinux_monotonic_ns()
            return unsafe try encode(awaited.pointer, as: form, into: &answer)
        }
        unsafe try encode(result.pointer, as: form, into: &answer)
    }

    /// Appends a result, or an item of a stream.
    static func encode(
        _ object: ObjectPointer, as form: ResultForm, into answer: inout WireEncoder
    ) throws(WireError) {
        switch form {
        case .values: unsafe try ObjectEncoder.encode(object, into: &answer, strict: false)
        case .strict: unsafe try ObjectEncoder.encode(object, into: &answer, strict: true)
        case .reference: unsafe ObjectEncoder.encodeReference(to: object, into: &answer)
        }
    }

    /// Decodes a call, performs it, and returns its result, and in `form` what is wanted of it.
    @_lifetime(borrow interpreter)
    static func invoke(
        _ payload: [UInt8], _ form: inout ResultForm, stamps: inout CallStamps?, _ interpreter: borrowing Interpreter
    ) throws -> Object {
        let (target, arguments, keywords) = unsafe try decode(payload, &form)
        stamps?.decoded = clinux_monotonic_ns()
        // Sound: the three are new references of ours.
        defer {
            unsafe cpython_decref(target)
            unsafe cpython_decref(arguments)
            unsafe cpython_decref(keywords)
        }
        let function = unsafe try function(target, interpreter)
        let keywordsOrNone = unsafe cpython_dict_count(keywords) > 0 ? keywords : nil
        let result = unsafe PyObject_Call(function.pointer, arguments, keywordsOrNone)
        stamps?.returned = clinux_monotonic_ns()
        return unsafe try interpreter.own(result)
    }

    private static func decode(
        _ payload: [UInt8], _ form: inout ResultForm
    ) throws -> (target: ObjectPointer, arguments: ObjectPointer, keywords: ObjectPointer) {
        try unsafe payload.withUnsafeBytes { bytes in
            var decoder = unsafe WireDecoder(bytes)
            return unsafe try ObjectDecoder.paused {
                var owned: [ObjectPointer] = unsafe []
                do {
                    for _ in 0..<3 { unsafe owned.append(try ObjectDecoder.object(&decoder)) }
                    if decoder.remaining > 0 { form = try ResultForm(&decoder) }
                    try decoder.finish()
                    guard unsafe cpython_kind_of(owned[0]) == cpython_str,
                        unsafe cpython_kind_of(owned[1]) == cpython_tuple,
                        unsafe cpython_kind_of(owned[2]) == cpython_dict
                    else { throw WireError.invalid(offset: 0, detail: "a call is a str, a tuple and a dict") }
                } catch {
                    unsafe owned.forEach { unsafe cpython_decref($0) }
                    throw error
                }
                return unsafe (owned[0], owned[1], owned[2])
            }
        }
    }

    @_lifetime(borrow interpreter)
    private static func function(
        _ target: ObjectPointer, _ interpreter: borrowing Interpreter
    ) throws(PythonFailure) -> Object {
        var holder = unsafe PyDict_GetItem(holders, target)
        if unsafe holder == nil {
            unsafe try remember(target, interpreter)
            unsafe holder = PyDict_GetItem(holders, target)
        }
        guard let holder = unsafe holder else { throw PythonFailure.lookup }
        return unsafe try interpreter.own(
            PyObject_GetAttr(cpython_tuple_item(holder, 0), cpython_tuple_item(holder, 1)))
    }

    /// Finds the longest part of `a.b.c` that is a module, and walks the rest as attributes, all but the last.
    private static func remember(_ target: ObjectPointer, _ interpreter: borrowing Interpreter) throws(PythonFailure) {
        guard case .string(let path) = try unsafe interpreter.share(target).value(interpreter) else {
            throw PythonFailure.lookup
        }
        let parts = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 2, !parts.contains("") else {
            throw PythonFailure(
                type: "ValueError", message: "'\(path)' names no function: write it as module.function")
        }
        var modules = parts.count - 1
        while true {
            let name = parts[..<modules].joined(separator: ".")
            do throws(PythonFailure) {
                let holder = try walk(name, parts[modules..<(parts.count - 1)], interpreter)
                let entry = unsafe try interpreter.own(PyTuple_New(2))
                let last = try interpreter.object(.string(parts[parts.count - 1]))
                unsafe cpython_tuple_fill(entry.pointer, 0, holder.take())
                unsafe cpython_tuple_fill(entry.pointer, 1, last.take())
                guard unsafe PyDict_SetItem(holders, target, entry.pointer) == 0 else { throw PythonFailure.lookup }
                return
            } catch {
                // Only "there is no module of this name" means that its last part is an attribute; a module that exists and
                // misses another one fails for good.
                let missing =
                    error.message.split(separator: "'", omittingEmptySubsequences: false).dropFirst().first ?? ""
                guard modules > 1, error.type == "ModuleNotFoundError", name == missing || name.hasPrefix(missing + ".")
                else { throw error }
                modules -= 1
            }
        }
    }

    @_lifetime(borrow interpreter)
    private static func walk(
        _ module: String, _ attributes: ArraySlice<String>, _ interpreter: borrowing Interpreter
    ) throws(PythonFailure) -> Object {
        var holder = try interpreter.module(module)
        for attribute in attributes { holder = try holder.attribute(attribute, interpreter) }
        return holder
    }
}

extension ResultForm {
    fileprivate init(_ decoder: inout WireDecoder) throws(WireError) {
        let offset = decoder.offset
        guard let form = try decoder.value().int.flatMap(ResultForm.init(rawValue:)) else {
            throw .invalid(offset: offset, detail: "a call wants a result of no known form")
        }
        self = form
    }
}

extension PythonFailure {
    fileprivate static let lookup = PythonFailure(type: "SystemError", message: "a target could not be looked up")

    /// The failure as it travels to the host.
    var value: PythonValue {
        var entries: PythonDictionary = [
            "type": .string(type), "message": .string(message), "traceback": .string(traceback),
            "details": .dict(details),
        ]
        if let wire { entries["wire"] = wire.value }
        return .dict(entries)
    }
}
