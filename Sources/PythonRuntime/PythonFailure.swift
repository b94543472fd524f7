import CPython
import CPythonShims
package import Marshalling

/// A Python exception, taken out of the interpreter.
package struct PythonFailure: Error, Sendable {
    /// The class with its module, as in `json.decoder.JSONDecodeError`; a built-in one by its name alone.
    package var type: String
    /// `str(exception)`
    package var message: String
    /// The formatted traceback.
    package var traceback: String
    /// What `dspex_worker.failures.describe` added.
    package var details: PythonDictionary
    /// The wire form's own error, when it was that which failed.
    package var wire: WireError?

    package init(
        type: String, message: String, traceback: String = "", details: PythonDictionary = [:], wire: WireError? = nil
    ) {
        self.type = type
        self.message = message
        self.traceback = traceback
        self.details = details
        self.wire = wire
    }

    package init(wire: WireError) {
        self.init(type: "_dspex.EncodeError", message: "\(wire)", wire: wire)
    }

    /// Takes the exception that Python has set, and clears it.
    ///
    /// `dspex_worker.failures.describe` words it; where that cannot be had (before the packages are imported, or when it fails itself)
    /// the type's name and `str()` serve.
    package static func fetch(_ interpreter: borrowing Interpreter) -> PythonFailure {
        var type: ObjectPointer?
        var value: ObjectPointer?
        var traceback: ObjectPointer?
        unsafe PyErr_Fetch(&type, &value, &traceback)
        unsafe PyErr_NormalizeException(&type, &value, &traceback)
        // Sound: `PyErr_Fetch` gave one reference to each; the lock is held, as the token says.
        defer {
            unsafe Py_DecRef(type)
            unsafe Py_DecRef(value)
            unsafe Py_DecRef(traceback)
        }
        guard let value = unsafe value else {
            return PythonFailure(type: "SystemError", message: "a Python function failed without an exception")
        }
        if let traceback = unsafe traceback { _ = unsafe PyException_SetTraceback(value, traceback) }
        let description = unsafe describe(value)
        PyErr_Clear()
        return unsafe description
            ?? PythonFailure(type: String(cString: cpython_type_name(value)), message: plain(value))
    }

    private static func describe(_ exception: ObjectPointer) -> PythonFailure? {
        guard let module = unsafe PyImport_ImportModule("dspex_worker.failures") else { return nil }
        defer { unsafe Py_DecRef(module) }
        guard let describe = unsafe PyObject_GetAttrString(module, "describe") else { return nil }
        defer { unsafe Py_DecRef(describe) }
        guard let description = unsafe PyObject_CallOneArg(describe, exception) else { return nil }
        defer { unsafe Py_DecRef(description) }
        var encoder = WireEncoder()
        guard (try? unsafe ObjectEncoder.encode(description, into: &encoder, strict: true)) != nil,
            let parts = (try? PythonValue(wireForm: encoder.bytes))?.elements, parts.count == 4,
            let type = parts[0].string, let message = parts[1].string, let traceback = parts[2].string,
            let details = parts[3].dict
        else { return nil }
        return PythonFailure(type: type, message: message, traceback: traceback, details: details)
    }

    private static func plain(_ exception: ObjectPointer) -> String {
        guard let text = unsafe PyObject_Str(exception) else { return "" }
        defer { unsafe Py_DecRef(text) }
        var length: Py_ssize_t = 0
        guard let utf8 = unsafe cpython_utf8(text, &length) else { return "" }
        let bytes = unsafe UnsafeRawBufferPointer(start: utf8, count: length)
        return unsafe String(decoding: bytes, as: UTF8.self)
    }
}
