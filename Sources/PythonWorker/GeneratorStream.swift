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
        let stream = switchboard.openStream(call.id)
        do {
            var form = ResultForm.values
            let returned = try iterate(call, &form, on: switchboard, to: stream, through: &answer, interpreter)
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
        _ call: Frame, _ form: inout ResultForm, on switchboard: Switchboard, to stream: OutgoingStream,
        through item: inout WireEncoder, _ interpreter: borrowing Interpreter
    ) throws -> Object {
        var stamps: CallStamps?
        let iterable = try Call.invoke(call.payload, &form, stamps: &stamps, interpreter)
        let streams = try interpreter.module("dspex_worker.streams")
        let iterator = try streams.attribute("iterator", interpreter).call(with: iterable, interpreter)
        do {
            while true {
                var next: ObjectPointer?
                switch unsafe PyIter_Send(iterator.pointer, cpython_none_object(), &next) {
                case PYGEN_NEXT: break
                // What a generator returned; None for what is none.
                case PYGEN_RETURN: return try unsafe interpreter.own(next)
                default: throw PythonFailure.fetch(interpreter)
                }
                guard let next = unsafe next else { throw PythonFailure.fetch(interpreter) }
                item.reset()
                do {
                    defer { unsafe cpython_decref(next) }
                    unsafe try Call.encode(next, as: form, into: &item)
                }
                var standing = try stream.add(item)
                if standing == .waitForRoom {
                    interpreter.released { switchboard.waitForRoom(in: call.id) }
                    standing = stream.standing
                }
                // A cancellation that came while nothing of Python's ran is seen before the generator goes on.
                if standing == .stop { throw NativeModule.cancelledFailure }
            }
        } catch {
            try? close(iterator, streams, interpreter)
            throw error
        }
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
