import CPython
import CPythonShims

/// How objects of types that are not built in travel: by a name, and a function each way, both registered from Python. Guarded by the
/// interpreter lock.
package enum Converters {
    // Sound, all of them: only touched under the interpreter lock; what they hold is owned, and lives as long as the process or until it is
    // replaced.
    nonisolated(unsafe) private static let byType: ObjectPointer = unsafe PyDict_New()
    nonisolated(unsafe) private static let readers: ObjectPointer = unsafe PyDict_New()
    nonisolated(unsafe) private static let shells: ObjectPointer = unsafe PyDict_New()
    nonisolated(unsafe) private static var resolver: ObjectPointer?
    /// What the resolver said of classes that it was asked about. A class may end, and another come to lie in its place: the weak reference
    /// tells.
    nonisolated(unsafe) private static var resolved: [ObjectPointer: (weak: ObjectPointer, entry: ObjectPointer)] =
        unsafe [:]
    private static let mostResolved = 4096

    /// Registers a converter of objects of exactly this type; a later one of the same name or type replaces it. False with an exception set
    /// when Python refuses.
    ///
    /// - Parameter immutable: whether it makes no difference if an object that occurs twice arrives as one or as two.
    package static func register(
        name: ObjectPointer, type: ObjectPointer, toPayload: ObjectPointer, fromPayload: ObjectPointer, immutable: Bool
    ) -> Bool {
        guard let entry = unsafe PyTuple_New(3) else { return false }
        defer { unsafe cpython_decref(entry) }
        let parts = unsafe [name, toPayload, cpython_bool_object(immutable)!]
        unsafe parts.indices.forEach {
            unsafe cpython_incref(parts[$0])
            unsafe cpython_tuple_fill(entry, $0, parts[$0])
        }
        return unsafe PyDict_SetItem(byType, type, entry) == 0 && register(reader: fromPayload, name: name, shell: nil)
    }

    /// Registers what makes objects of payloads of this name.
    ///
    /// - Parameter shell: a tuple of two functions for objects that may contain themselves: one makes an empty object of the payload's first
    ///   part, the other fills it from the whole payload.
    package static func register(reader: ObjectPointer, name: ObjectPointer, shell: ObjectPointer?) -> Bool {
        forgetResolved()
        if let shell = unsafe shell, unsafe PyDict_SetItem(shells, name, shell) != 0 { return false }
        return unsafe PyDict_SetItem(readers, name, reader) == 0
    }

    /// Registers who is asked, once for each class that has no converter of its own: a function of the class that returns None, or (name, to
    /// payload, whether it is immutable).
    package static func setResolver(_ function: ObjectPointer) {
        unsafe cpython_incref(function)
        unsafe Py_DecRef(resolver)
        unsafe resolver = unsafe function
        forgetResolved()
    }

    private static func forgetResolved() {
        let old = unsafe resolved
        unsafe resolved = unsafe [:]
        unsafe old.values.forEach {
            unsafe cpython_decref($0.weak)
            unsafe cpython_decref($0.entry)
        }
    }
}

// MARK: From Python

extension Converters {
    /// The converter of an object's class, a new reference to (name, to payload, whether it is immutable); nil when there is none.
    static func converter(of object: ObjectPointer) -> ObjectPointer? {
        guard let type = unsafe cpython_type(object) else { return nil }
        if let entry = unsafe PyDict_GetItem(byType, type) { return unsafe share(entry) }
        if let (weak, entry) = unsafe resolved[type], unsafe PyWeakref_GetObject(weak) == type {
            return unsafe cpython_kind_of(entry) == cpython_tuple ? share(entry) : nil
        }
        return unsafe resolve(type)
    }

    private static func resolve(_ type: ObjectPointer) -> ObjectPointer? {
        guard let resolver = unsafe resolver, let weak = unsafe PyWeakref_NewRef(type, nil) else {
            PyErr_Clear()
            return nil
        }
        guard let entry = unsafe PyObject_CallOneArg(resolver, type) else {
            unsafe cpython_decref(weak)
            passOverException()
            return nil
        }
        if unsafe resolved.count >= mostResolved { forgetResolved() }
        if let (oldWeak, oldEntry) = unsafe resolved.updateValue((weak, entry), forKey: type) {
            unsafe cpython_decref(oldWeak)
            unsafe cpython_decref(oldEntry)
        }
        return unsafe cpython_kind_of(entry) == cpython_tuple ? share(entry) : nil
    }

    /// What a converter makes of an object, a new reference; nil when it raised.
    static func payload(of object: ObjectPointer, by converter: ObjectPointer) -> ObjectPointer? {
        if let payload = unsafe PyObject_CallOneArg(cpython_tuple_item(converter, 1), object) { return unsafe payload }
        passOverException()
        return nil
    }

    /// Clears an error. What is no error but a request to end must not get lost: it is raised again where Python code goes on.
    private static func passOverException() {
        if cpython_is_exception() { PyErr_Clear() } else { cpython_postpone_exception() }
    }

    private static func share(_ object: ObjectPointer) -> ObjectPointer {
        unsafe cpython_incref(object)
        return unsafe object
    }
}

// MARK: To Python

extension Converters {
    /// The object that a converter makes of its payload, a new reference; nil without an exception when no converter has this name.
    static func object(name: ObjectPointer, payload: ObjectPointer) -> ObjectPointer? {
        guard let reader = unsafe PyDict_GetItemWithError(readers, name) else { return nil }
        // It may be replaced while it runs.
        unsafe cpython_incref(reader)
        defer { unsafe cpython_decref(reader) }
        return unsafe PyObject_CallOneArg(reader, payload)
    }

    /// The two functions with which an object that may contain itself is made and filled, a new reference to a tuple; nil when the name
    /// has none.
    static func shell(name: ObjectPointer) -> ObjectPointer? {
        guard unsafe cpython_is_str(name), let shell = unsafe PyDict_GetItemWithError(shells, name) else { return nil }
        return unsafe share(shell)
    }
}
