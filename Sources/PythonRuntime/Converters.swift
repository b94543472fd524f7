import CPython
import CPythonShims

/// Types that are not built in, and how they travel: registered from Python by name, exact type, and a function each way. Guarded by the
/// interpreter lock.
package enum Converters {
    // Sound: only touched under the interpreter lock; the two dicts live as long as the process.
    nonisolated(unsafe) private static let byType: ObjectPointer = unsafe PyDict_New()
    nonisolated(unsafe) private static let byName: ObjectPointer = unsafe PyDict_New()

    /// Registers a converter; a later one of the same name or type replaces it. False with an exception set when Python refuses.
    package static func register(
        name: ObjectPointer, type: ObjectPointer, toPayload: ObjectPointer, fromPayload: ObjectPointer
    ) -> Bool {
        guard let entry = unsafe PyTuple_New(2) else { return false }
        defer { unsafe cpython_decref(entry) }
        unsafe cpython_incref(name)
        unsafe cpython_tuple_fill(entry, 0, name)
        unsafe cpython_incref(toPayload)
        unsafe cpython_tuple_fill(entry, 1, toPayload)
        return unsafe PyDict_SetItem(byType, type, entry) == 0 && PyDict_SetItem(byName, name, fromPayload) == 0
    }

    /// The converter's name and what it made of an object, both new references; nil when the type has none, or its converter raised.
    static func payload(of object: ObjectPointer) -> (name: ObjectPointer, payload: ObjectPointer)? {
        guard let entry = unsafe PyDict_GetItem(byType, cpython_type(object)) else { return nil }
        let name = unsafe cpython_tuple_item(entry, 0)!
        guard let payload = unsafe PyObject_CallOneArg(cpython_tuple_item(entry, 1), object) else {
            PyErr_Clear()
            return nil
        }
        unsafe cpython_incref(name)
        return unsafe (name, payload)
    }

    /// The object that a converter makes of its payload, a new reference; nil without an exception when no converter has this name.
    static func object(name: ObjectPointer, payload: ObjectPointer) -> ObjectPointer? {
        guard let fromPayload = unsafe PyDict_GetItem(byName, name) else { return nil }
        return unsafe PyObject_CallOneArg(fromPayload, payload)
    }
}
