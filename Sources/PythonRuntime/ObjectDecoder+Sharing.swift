import CPython
import CPythonShims
import Marshalling

/// A container that is meant more than once in a frame, kept until the frame has been read: it may have been thrown away where it stood (an
/// element that a set already had).
@safe private final class SharedObject {
    /// Owned.
    let pointer: ObjectPointer
    /// How many containers it nests; nil while its content is being read.
    var height: Int?
    /// Whether it was met inside itself.
    var wasMet = false

    /// Shares a borrowed reference.
    init(_ pointer: ObjectPointer) {
        unsafe cpython_incref(pointer)
        unsafe self.pointer = pointer
    }

    // A decoder is used, and ends, under the interpreter lock.
    deinit { unsafe cpython_decref(pointer) }
}

/// Lists, dicts and tuples can be meant again while their content is being read, so they can contain themselves; so can objects whose
/// converter makes an empty one first. Sets cannot: what is in them must be hashed, so be complete.
extension ObjectDecoder {
    /// Reads a container that will be meant again, after its prefix.
    static func sharedContainer(_ decoder: inout WireDecoder, depth: Int) throws -> ObjectPointer {
        let (number, tag) = try decoder.marked()
        let outside = decoder.deepest
        decoder.deepest = depth
        let object = unsafe try sharedContainer(number, tag, &decoder, depth: depth)
        (decoder.shared[number] as? SharedObject)?.height = decoder.deepest - depth
        decoder.deepest = max(outside, decoder.deepest)
        return unsafe object
    }

    private static func sharedContainer(
        _ number: Int, _ tag: WireTag, _ decoder: inout WireDecoder, depth: Int
    ) throws -> ObjectPointer {
        switch tag {
        case .list:
            _ = try decoder.tag()
            let count = try decoder.count(unit: 1)
            // It grows as it is read: Python code that gets hold of it meanwhile must find no empty place.
            return unsafe try begin(PyList_New(0), number, &decoder) { list, decoder in
                for _ in 0..<count {
                    let item = unsafe try object(&decoder, depth: depth + 1)
                    defer { unsafe cpython_decref(item) }
                    guard unsafe PyList_Append(list, item) == 0 else { throw failure() }
                }
            }
        case .dict:
            _ = try decoder.tag()
            let count = try decoder.count(unit: 2)
            return unsafe try begin(cpython_dict_presized(count), number, &decoder) { dict, decoder in
                unsafe try fill(dict, count, &decoder, depth: depth)
            }
        case .tuple:
            _ = try decoder.tag()
            let count = try decoder.count(unit: 1)
            return unsafe try begin(cpython_tuple_of_nones(count), number, &decoder) { tuple, decoder in
                unsafe try fill(tuple, count, number, &decoder, depth: depth)
            }
        case .extended:
            _ = try decoder.tag()
            return unsafe try extended(number, &decoder, depth: depth)
        default:
            let object = unsafe try object(&decoder, depth: depth)
            decoder.shared[number] = unsafe SharedObject(object)
            return unsafe object
        }
    }

    /// Enters a new object under its number, then fills it.
    private static func begin(
        _ made: ObjectPointer?, _ number: Int, _ decoder: inout WireDecoder,
        fill: (ObjectPointer, inout WireDecoder) throws -> Void
    ) throws -> ObjectPointer {
        let object = unsafe try new(made)
        decoder.shared[number] = unsafe SharedObject(object)
        do { unsafe try fill(object, &decoder) } catch {
            unsafe cpython_decref(object)
            throw error
        }
        return unsafe object
    }

    /// Puts the elements of a tuple where None is.
    private static func fill(
        _ tuple: ObjectPointer, _ count: Int, _ number: Int, _ decoder: inout WireDecoder, depth: Int
    ) throws {
        let entry = decoder.shared[number] as? SharedObject
        for index in 0..<count {
            let item = unsafe try object(&decoder, depth: depth + 1)
            if entry?.wasMet == true, unsafe leads(from: item, to: tuple) {
                unsafe cpython_decref(item)
                // CPython hashes tuples within tuples without looking at the stack, so this one would end the process.
                throw WireError.invalid(offset: decoder.offset, detail: "a tuple that is made of itself")
            }
            unsafe cpython_tuple_replace(tuple, index, item)
        }
        if entry?.wasMet == true { decoder.unfinished.removeAll { $0 === entry } }
    }

    /// Reads an object by its converter. One that may contain itself is made from the payload's first part, then filled.
    private static func extended(
        _ number: Int, _ decoder: inout WireDecoder, depth: Int
    ) throws -> ObjectPointer {
        let name = unsafe try object(&decoder, depth: depth + 1)
        defer { unsafe cpython_decref(name) }
        guard decoder.peekTag() == .tuple, let shell = unsafe Converters.shell(name: name) else {
            if unsafe PyErr_Occurred() != nil { throw failure() }
            let object = unsafe try extended(name, &decoder, depth: depth)
            decoder.shared[number] = unsafe SharedObject(object)
            return unsafe object
        }
        defer { unsafe cpython_decref(shell) }
        try decoder.reach(depth + 1)
        _ = try decoder.tag()
        let count = try decoder.count(unit: 1)
        guard count > 0 else {
            throw WireError.invalid(offset: decoder.offset, detail: "the payload of a record begins with its class")
        }
        let payload = unsafe try new(cpython_tuple_of_nones(count))
        defer { unsafe cpython_decref(payload) }
        unsafe cpython_tuple_replace(payload, 0, try object(&decoder, depth: depth + 2))
        let made = unsafe PyObject_CallOneArg(cpython_tuple_item(shell, 0), cpython_tuple_item(payload, 0))
        return unsafe try begin(made, number, &decoder) { object, decoder in
            for index in 1..<count {
                unsafe cpython_tuple_replace(payload, index, try self.object(&decoder, depth: depth + 2))
            }
            guard let arguments = unsafe cpython_pair(object, payload) else { throw failure() }
            defer { unsafe cpython_decref(arguments) }
            unsafe cpython_decref(try new(PyObject_Call(cpython_tuple_item(shell, 1), arguments, nil)))
        }
    }

    /// Reads which container is meant again: a new reference.
    static func again(_ decoder: inout WireDecoder, depth: Int) throws -> ObjectPointer {
        let start = decoder.offset - 1
        guard let entry = decoder.shared[try decoder.againNumber()] as? SharedObject else {
            throw WireError.invalid(
                offset: start, detail: "no shared container of this number has been read; a set cannot contain itself")
        }
        if let height = entry.height {
            try decoder.reach(depth + height)
        } else if !entry.wasMet {
            entry.wasMet = true
            if unsafe cpython_is_tuple(entry.pointer) { decoder.unfinished.append(entry) }
        }
        return unsafe shared(entry.pointer)
    }

    /// Refuses to hash what leads to a tuple that is not complete: its hash would be another one later.
    static func refuseUnfinished(_ key: ObjectPointer, _ decoder: borrowing WireDecoder) throws(WireError) {
        guard unsafe cpython_is_tuple(key) else { return }
        for case let entry as SharedObject in decoder.unfinished where unsafe leads(from: key, to: entry.pointer) {
            throw .invalid(offset: decoder.offset, detail: "a key or an element of a set that contains itself")
        }
    }

    /// Whether a tuple is reached through nothing but tuples.
    private static func leads(from start: ObjectPointer, to tuple: ObjectPointer) -> Bool {
        var seen: Set<ObjectPointer> = unsafe []
        var waiting = unsafe [start]
        while let next = unsafe waiting.popLast() {
            if unsafe next == tuple { return true }
            guard unsafe cpython_is_tuple(next), unsafe seen.insert(next).inserted else { continue }
            for index in unsafe 0..<cpython_tuple_count(next) { unsafe waiting.append(cpython_tuple_item(next, index)) }
        }
        return false
    }
}
