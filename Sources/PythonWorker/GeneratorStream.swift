import CPython
import CPythonShims
import Marshalling
import PythonRuntime

/// A call whose result is iterated here: its items go to the host in chunks, its return value is the result.
enum GeneratorStream {
    /// Runs the call and its iteration to the end, and appends what the generator returned.
    static func perform(
        _ call: Frame, on switchboard: Switchboard, into answer: inout WireEncoder, _ interpreter: borrowing Interpreter
    ) throws {
        switchboard.openStream(call.id)
        do {
            var form = ResultForm.values
            let returned = try iterate(call, &form, on: switchboard, through: &answer, interpreter)
            try switchboard.closeStream(call.id)
            answer.reset()
            unsafe try Call.encode(returned.pointer, as: form, into: &answer)
        } catch {
            // What was yielded before the failure is not lost.
            try switchboard.closeStream(call.id)
            throw error
        }
    }

    @_lifetime(borrow interpreter)
    private static func iterate(
        _ call: Frame, _ form: inout ResultForm, on switchboard: Switchboard, through item: inout WireEncoder,
        _ interpreter: borrowing Interpreter
    ) throws -> Object {
        let iterable = try Call.invoke(call.payload, &form, interpreter)
        let streams = try interpreter.module("dspex_worker.streams")
        let iterator = try unsafe interpreter.own(
            PyObject_CallOneArg(streams.attribute("iterator", interpreter).pointer, iterable.pointer))
        do {
            while let next = unsafe PyIter_Next(iterator.pointer) {
                item.reset()
                do {
                    defer { unsafe cpython_decref(next) }
                    unsafe try Call.encode(next, as: form, into: &item)
                }
                if try !switchboard.add(item, to: call.id) {
                    interpreter.released { switchboard.waitForRoom(in: call.id) }
                }
                // A cancellation that came while nothing of Python's ran is seen before the generator goes on.
                if switchboard.isCancelled(call.id) { throw NativeModule.cancelledFailure }
            }
            if unsafe PyErr_Occurred() != nil { throw PythonFailure.fetch(interpreter) }
        } catch {
            try? close(iterator, streams, interpreter)
            throw error
        }
        return try streams.attribute("returned", interpreter).call(with: iterator, interpreter)
    }

    /// Ends a generator in the middle, so that its `finally` runs now.
    private static func close(
        _ iterator: borrowing Object, _ streams: borrowing Object, _ interpreter: borrowing Interpreter
    ) throws(PythonFailure) {
        _ = try streams.attribute("close", interpreter).call(with: iterator, interpreter)
    }
}

extension Object {
    /// Calls the object with another one.
    @_lifetime(borrow interpreter)
    fileprivate borrowing func call(
        with argument: borrowing Object, _ interpreter: borrowing Interpreter
    ) throws(PythonFailure) -> Object {
        try unsafe interpreter.own(PyObject_CallOneArg(pointer, argument.pointer))
    }
}
