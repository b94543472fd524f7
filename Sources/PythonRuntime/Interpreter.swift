package import CPython
import CPythonShims
package import Marshalling

/// A pointer to a Python object, owned or borrowed as the context says. It does not leave this target but through ``Object``.
package typealias ObjectPointer = UnsafeMutablePointer<PyObject>

/// Proof that this thread holds the interpreter lock.
///
/// It can be neither copied nor carried out of the scope that made it, so "the lock is not held" is a compile error wherever an
/// ``Object`` is asked for (the idea is PyO3's `Python<'py>` token).
package struct Interpreter: ~Copyable, ~Escapable {
    @_lifetime(immortal)
    fileprivate init() {}

    /// Takes ownership of a new reference; nil throws the exception that Python has set.
    @_lifetime(borrow self)
    package func own(_ pointer: ObjectPointer?) throws(PythonFailure) -> Object {
        guard let pointer = unsafe pointer else { throw PythonFailure.fetch(self) }
        return unsafe Object(pointer, in: self)
    }

    /// Shares a borrowed reference.
    @_lifetime(borrow self)
    package func share(_ pointer: ObjectPointer) -> Object {
        // Sound: the lock is held, and the caller lends a living object.
        unsafe cpython_incref(pointer)
        return unsafe Object(pointer, in: self)
    }

    /// Imports a module.
    @_lifetime(borrow self)
    package func module(_ name: String) throws(PythonFailure) -> Object {
        try unsafe own(cpython_import(name))
    }

    /// Makes an object of a value.
    @_lifetime(borrow self)
    package func object(_ value: PythonValue) throws(PythonFailure) -> Object {
        let bytes: [UInt8]
        do { bytes = try value.wireForm() } catch { throw PythonFailure(wire: error) }
        do { return try unsafe own(ObjectDecoder.decode(bytes)) } catch let error as PythonFailure { throw error } catch
        {
            throw PythonFailure(type: "ValueError", message: "\(error)")
        }
    }

    /// Runs other threads' Python code while `body` blocks.
    package borrowing func released<Result: ~Copyable, Failure: Error>(
        _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        // Sound: this thread holds the lock, as the token says, and gets it back before the token is used again.
        let state = unsafe PyEval_SaveThread()
        defer { unsafe PyEval_RestoreThread(state) }
        return try body()
    }
}

/// Runs `body` with the interpreter lock, which any thread may ask for once the interpreter has been started.
package func withInterpreter<Result: ~Copyable, Failure: Error>(
    _ body: (borrowing Interpreter) throws(Failure) -> Result
) throws(Failure) -> Result {
    let state = PyGILState_Ensure()
    defer { PyGILState_Release(state) }
    return try body(Interpreter())
}

/// Runs `body` as code that Python itself has called, so with the lock already held.
package func insidePython<Result: ~Copyable, Failure: Error>(
    _ body: (borrowing Interpreter) throws(Failure) -> Result
) throws(Failure) -> Result {
    try body(Interpreter())
}

/// A reference to a Python object, released when it goes out of scope. It cannot outlive the lock under which it was made.
@safe package struct Object: ~Copyable, ~Escapable {
    /// The object, alive as long as this reference is.
    package let pointer: ObjectPointer

    @_lifetime(borrow interpreter)
    fileprivate init(_ pointer: ObjectPointer, in interpreter: borrowing Interpreter) {
        unsafe self.pointer = pointer
    }

    deinit {
        // Sound: this value owns one reference, and cannot exist without the lock.
        unsafe cpython_decref(pointer)
    }

    /// Gives the reference away, to a C function that steals it or returns it to Python.
    package consuming func take() -> ObjectPointer {
        let pointer = unsafe pointer
        discard self
        return unsafe pointer
    }

    /// Makes the reference outlive the lock, to be kept between calls.
    package consuming func keep() -> Handle { unsafe Handle(take()) }
}

extension Object {
    /// The attribute of this name.
    @_lifetime(borrow interpreter)
    package borrowing func attribute(
        _ name: String, _ interpreter: borrowing Interpreter
    ) throws(PythonFailure) -> Object {
        try unsafe interpreter.own(PyObject_GetAttrString(pointer, name))
    }

    /// Calls the object with positional arguments made of values.
    @_lifetime(borrow interpreter)
    package borrowing func callAsFunction(
        _ arguments: PythonValue..., in interpreter: borrowing Interpreter
    ) throws(PythonFailure) -> Object {
        let arguments = try interpreter.object(.tuple(arguments))
        return try unsafe interpreter.own(PyObject_Call(pointer, arguments.pointer, nil))
    }

    /// The object as a value.
    package borrowing func value(_ interpreter: borrowing Interpreter) throws(PythonFailure) -> PythonValue {
        var encoder = WireEncoder()
        do {
            try unsafe ObjectEncoder.encode(pointer, into: &encoder, strict: true)
            return try PythonValue(wireForm: encoder.bytes)
        } catch { throw PythonFailure(wire: error) }
    }
}

/// A reference that is kept between calls, and by any thread. Its object is reached through ``object(_:)`` under the lock.
@safe package struct Handle: ~Copyable, @unchecked Sendable {
    // Sound to send: the pointer is only used by who holds the lock.
    private let pointer: ObjectPointer

    fileprivate init(_ pointer: ObjectPointer) { unsafe self.pointer = pointer }

    deinit {
        // A thread that drops a handle may not hold the lock; it is taken for the release.
        let state = PyGILState_Ensure()
        unsafe cpython_decref(pointer)
        PyGILState_Release(state)
    }

    /// A reference for use under the lock.
    @_lifetime(borrow interpreter)
    package borrowing func object(_ interpreter: borrowing Interpreter) -> Object { unsafe interpreter.share(pointer) }
}
