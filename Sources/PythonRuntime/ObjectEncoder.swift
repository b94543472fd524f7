import CPython
import CPythonShims
package import Marshalling

/// Python objects to the wire form, with nothing in between. Runs under the interpreter lock.
///
/// A container that more than one place leads to gets a prefix and a number, by which it is meant when the walk comes by again; what has
/// only one reference cannot be met twice and pays nothing. Immutable atoms are written each time.
package enum ObjectEncoder {
    /// Appends an object's wire form. What was appended before an error is thrown is for the caller to drop.
    ///
    /// - Parameter strict: whether an object without a value form is an error; else it is pinned, and travels as a reference.
    /// - Throws: ``WireError/noWireForm(type:path:)`` with the place in the object, ``WireError/tooDeep(limit:)``,
    ///   ``WireError/tooLarge(bytes:limit:)``.
    package static func encode(
        _ object: ObjectPointer, into encoder: inout WireEncoder, strict: Bool
    ) throws(WireError) {
        var walk = Walk(strict: strict)
        do throws(WireError) {
            unsafe try encode(object, into: &encoder, &walk, depth: 0)
            guard encoder.count <= WireLimit.frame else {
                throw WireError.tooLarge(bytes: encoder.count, limit: WireLimit.frame)
            }
        } catch {
            // Nobody will read the references, so nobody would give them back.
            References.release(walk.pinned)
            throw error
        }
    }

    /// Pins an object and appends a reference to it, whatever it is.
    package static func encodeReference(to object: ObjectPointer, into encoder: inout WireEncoder) {
        encoder.reference(id: unsafe References.pin(object), typeName: unsafe qualifiedTypeName(of: object))
    }

    /// What one walk knows.
    private struct Walk: ~Copyable {
        let strict: Bool
        var met = IdentityTable()
        var pinned: [UInt64] = []

        init(strict: Bool) { self.strict = strict }
    }

    private static func encode(
        _ object: ObjectPointer, into encoder: inout WireEncoder, _ walk: inout Walk, depth: Int
    ) throws(WireError) {
        let kind = unsafe cpython_kind_of(object)
        if unsafe !wroteShort(object, kind, into: &encoder) {
            unsafe try encode(object, as: kind, into: &encoder, &walk, depth: depth)
        }
    }

    /// Writes an atom that takes few bytes, as most do; false, and nothing written, for everything else.
    @inline(__always)
    private static func wroteShort(_ object: ObjectPointer, _ kind: cpython_kind, into encoder: inout WireEncoder)
        -> Bool
    {
        // Sound below: no form written here is longer than the room, and each counts the bytes that it wrote.
        let place = unsafe encoder.room(264)
        switch kind {
        case cpython_str:
            var length: Py_ssize_t = 0
            guard let text = unsafe cpython_short_ascii(object, &length) else { return false }
            unsafe place.storeBytes(of: WireTag.str8.rawValue, as: UInt8.self)
            unsafe (place + 1).storeBytes(of: UInt8(truncatingIfNeeded: length), as: UInt8.self)
            unsafe cpython_copy((place + 2).assumingMemoryBound(to: CChar.self), text, length)
            encoder.use(2 + length)
        case cpython_float:
            unsafe place.storeBytes(of: WireTag.float.rawValue, as: UInt8.self)
            unsafe (place + 1).storeBytes(of: cpython_float_value(object).bitPattern.littleEndian, as: UInt64.self)
            encoder.use(9)
        case cpython_int:
            var value: Int32 = 0
            guard unsafe cpython_short_int(object, &value) else { return false }
            if let tiny = Int8(exactly: value) {
                unsafe place.storeBytes(of: WireTag.int8.rawValue, as: UInt8.self)
                unsafe (place + 1).storeBytes(of: tiny, as: Int8.self)
                encoder.use(2)
            } else {
                unsafe place.storeBytes(of: WireTag.int32.rawValue, as: UInt8.self)
                unsafe (place + 1).storeBytes(of: value.littleEndian, as: Int32.self)
                encoder.use(5)
            }
        case cpython_none:
            unsafe place.storeBytes(of: WireTag.none.rawValue, as: UInt8.self)
            encoder.use(1)
        case cpython_true:
            unsafe place.storeBytes(of: WireTag.true.rawValue, as: UInt8.self)
            encoder.use(1)
        case cpython_false:
            unsafe place.storeBytes(of: WireTag.false.rawValue, as: UInt8.self)
            encoder.use(1)
        default: return false
        }
        return true
    }

    // Every pointer below is a borrowed reference that its container keeps alive. What may run Python code (a converter, which may change the
    // container) is given a reference of its own, and so is every container while it is walked.
    private static func encode(
        _ object: ObjectPointer, as kind: cpython_kind, into encoder: inout WireEncoder, _ walk: inout Walk, depth: Int
    ) throws(WireError) {
        switch kind {
        case cpython_dict, cpython_list, cpython_tuple, cpython_set, cpython_frozenset, cpython_bytearray: break
        case cpython_other: return unsafe try other(object, into: &encoder, &walk, depth: depth)
        case cpython_memoryview: return unsafe try memoryview(object, into: &encoder, &walk)
        default: return unsafe try atom(object, kind, into: &encoder)
        }
        // There is one empty tuple, and everybody has it.
        if unsafe cpython_may_recur(object), unsafe !cpython_is_empty_tuple(object) {
            if unsafe wroteAgain(object, into: &encoder, walk) { return }
            unsafe mark(object, into: &encoder, &walk)
        }
        unsafe cpython_incref(object)
        defer { unsafe cpython_decref(object) }
        switch kind {
        case cpython_dict: unsafe try dict(object, into: &encoder, &walk, depth: depth)
        case cpython_list: unsafe try list(object, into: &encoder, &walk, depth: depth)
        case cpython_tuple: unsafe try tuple(object, into: &encoder, &walk, depth: depth)
        case cpython_set: unsafe try set(object, tag: .set, into: &encoder, &walk, depth: depth)
        case cpython_frozenset: unsafe try set(object, tag: .frozenset, into: &encoder, &walk, depth: depth)
        default:
            unsafe try bytes(
                cpython_bytearray_data(object), cpython_bytearray_count(object), .bytearray, into: &encoder)
        }
    }

    private static func atom(
        _ object: ObjectPointer, _ kind: cpython_kind, into encoder: inout WireEncoder
    ) throws(WireError) {
        switch kind {
        case cpython_str: unsafe try str(object, into: &encoder)
        case cpython_float: unsafe encoder.float(cpython_float_value(object))
        case cpython_int: unsafe int(object, into: &encoder)
        case cpython_bytes:
            unsafe try bytes(cpython_bytes_data(object), cpython_bytes_count(object), .bytes, into: &encoder)
        case cpython_complex: unsafe encoder.complex(real: cpython_real(object), imaginary: cpython_imaginary(object))
        case cpython_true: encoder.tag(.true)
        case cpython_false: encoder.tag(.false)
        default: encoder.tag(.none)
        }
    }

    /// Writes that a container is meant again; false when it was not met before.
    private static func wroteAgain(
        _ object: ObjectPointer, into encoder: inout WireEncoder, _ walk: borrowing Walk
    ) -> Bool {
        guard let (number, place) = unsafe walk.met.find(object) else { return false }
        encoder.share(markAt: place)
        encoder.again(number)
        return true
    }

    /// Writes the prefix of a container that may be met again.
    private static func mark(_ object: ObjectPointer, into encoder: inout WireEncoder, _ walk: inout Walk) {
        let (number, place) = encoder.mark()
        unsafe walk.met.add(object, number: number, place: place)
    }

    private static func str(_ object: ObjectPointer, into encoder: inout WireEncoder) throws(WireError) {
        var length: Py_ssize_t = 0
        guard let utf8 = unsafe cpython_utf8(object, &length) else {
            PyErr_Clear()
            return unsafe try surrogateStr(object, into: &encoder)
        }
        guard length <= WireLimit.frame else { throw .tooLarge(bytes: length, limit: WireLimit.frame) }
        unsafe encoder.str(utf8: UnsafeRawBufferPointer(start: utf8, count: length))
    }

    private static func surrogateStr(_ object: ObjectPointer, into encoder: inout WireEncoder) throws(WireError) {
        guard let utf8 = unsafe PyUnicode_AsEncodedString(object, "utf-8", "surrogatepass") else {
            PyErr_Clear()
            throw .noWireForm(type: "str", path: "")
        }
        defer { unsafe cpython_decref(utf8) }
        unsafe try bytes(cpython_bytes_data(utf8), cpython_bytes_count(utf8), .surrogateStr, into: &encoder)
    }

    private static func bytes(
        _ start: UnsafePointer<CChar>?, _ count: Int, _ tag: WireTag, into encoder: inout WireEncoder
    ) throws(WireError) {
        guard count <= WireLimit.frame else { throw .tooLarge(bytes: count, limit: WireLimit.frame) }
        encoder.header(tag, count: count)
        unsafe encoder.raw(UnsafeRawBufferPointer(start: start, count: count))
    }

    /// The content of a view: of other elements than bytes, or of memory that the host sees, as an array; else as bytes. One that is
    /// released has no value form.
    private static func memoryview(
        _ object: ObjectPointer, into encoder: inout WireEncoder, _ walk: inout Walk
    ) throws(WireError) {
        var view = unsafe Py_buffer()
        if unsafe try array(object, lending: object, bytesToo: false, into: &encoder, &walk) { return }
        guard unsafe PyObject_GetBuffer(object, &view, cpython_contiguous) == 0 else {
            return unsafe try reference(object, into: &encoder, &walk)
        }
        defer { unsafe PyBuffer_Release(&view) }
        unsafe try bytes(view.buf?.assumingMemoryBound(to: CChar.self), view.len, .bytes, into: &encoder)
    }

    private static func int(_ object: ObjectPointer, into encoder: inout WireEncoder) {
        var value: Int64 = 0
        if unsafe cpython_int_value(object, &value) { return encoder.int(Int(value)) }
        let count = unsafe cpython_int_bytes(object)
        encoder.header(.bigInt, count: count)
        // Sound: `count` bytes hold every bit and the sign, and as many are reserved.
        let place = unsafe encoder.reserve(count).assumingMemoryBound(to: UInt8.self)
        _ = unsafe cpython_int_store(object, place, count)
    }

    private static func list(
        _ object: ObjectPointer, into encoder: inout WireEncoder, _ walk: inout Walk, depth: Int
    ) throws(WireError) {
        if unsafe cpython_begins_with_float(object), unsafe wroteFloats(object, into: &encoder) { return }
        try enter(depth)
        // A converter may run Python code that changes the list: the count is written afterwards, and read each time.
        let start = encoder.count
        encoder.header(.list, count: 0)
        var index = 0
        while unsafe index < cpython_list_count(object) {
            let item = unsafe cpython_list_item(object, index)!
            let kind = unsafe cpython_kind_of(item)
            if unsafe !wroteShort(item, kind, into: &encoder) {
                do { unsafe try encode(item, as: kind, into: &encoder, &walk, depth: depth + 1) } catch {
                    throw error.within("[\(index)]")
                }
            }
            index += 1
        }
        encoder.setCount(index, at: start)
    }

    /// Writes a list of nothing but floats in its packed form; false, and nothing written, when it is not one.
    private static func wroteFloats(_ list: ObjectPointer, into encoder: inout WireEncoder) -> Bool {
        let count = unsafe cpython_list_count(list)
        let place = unsafe encoder.room(5 + count * 8)
        // Sound: the room is for five bytes and eight for each float. The machines that this runs on are little-endian.
        unsafe place.storeBytes(of: WireTag.floatList.rawValue, as: UInt8.self)
        unsafe (place + 1).storeBytes(of: UInt32(truncatingIfNeeded: count).littleEndian, as: UInt32.self)
        guard unsafe cpython_store_floats(list, (place + 5).assumingMemoryBound(to: CChar.self)) else { return false }
        encoder.use(5 + count * 8)
        return true
    }

    private static func tuple(
        _ object: ObjectPointer, into encoder: inout WireEncoder, _ walk: inout Walk, depth: Int
    ) throws(WireError) {
        try enter(depth)
        let count = unsafe cpython_tuple_count(object)
        encoder.header(.tuple, count: count)
        for index in 0..<count {
            let item = unsafe cpython_tuple_item(object, index)!
            do { unsafe try encode(item, into: &encoder, &walk, depth: depth + 1) } catch {
                throw error.within("[\(index)]")
            }
        }
    }

    private static func dict(
        _ object: ObjectPointer, into encoder: inout WireEncoder, _ walk: inout Walk, depth: Int
    ) throws(WireError) {
        try enter(depth)
        let start = encoder.count
        encoder.header(.dict, count: 0)
        var position: Py_ssize_t = 0
        var key: ObjectPointer?
        var value: ObjectPointer?
        var count = 0
        while unsafe PyDict_Next(object, &position, &key, &value) != 0 {
            guard let key = unsafe key, let value = unsafe value else { break }
            count += 1
            let keyKind = unsafe cpython_kind_of(key)
            let valueKind = unsafe cpython_kind_of(value)
            // Nothing can happen to the dict while two atoms are written.
            if unsafe wroteShort(key, keyKind, into: &encoder) {
                if unsafe wroteShort(value, valueKind, into: &encoder) { continue }
                unsafe cpython_incref(key)
                defer { unsafe cpython_decref(key) }
                do { unsafe try encode(value, as: valueKind, into: &encoder, &walk, depth: depth + 1) } catch {
                    throw error.within(unsafe "[\(repr(key))]")
                }
            } else {
                unsafe cpython_incref(key)
                unsafe cpython_incref(value)
                defer {
                    unsafe cpython_decref(key)
                    unsafe cpython_decref(value)
                }
                do {
                    unsafe try encode(key, as: keyKind, into: &encoder, &walk, depth: depth + 1)
                    unsafe try encode(value, into: &encoder, &walk, depth: depth + 1)
                } catch { throw error.within(unsafe "[\(repr(key))]") }
            }
        }
        encoder.setCount(count, at: start)
    }

    private static func set(
        _ object: ObjectPointer, tag: WireTag, into encoder: inout WireEncoder, _ walk: inout Walk, depth: Int
    ) throws(WireError) {
        try enter(depth)
        // The public way to walk a set is an iterator; a frozen copy as a tuple is as fast and cannot change underneath.
        guard let items = unsafe PySequence_Tuple(object) else {
            PyErr_Clear()
            throw .noWireForm(type: "set", path: "")
        }
        defer { unsafe cpython_decref(items) }
        let count = unsafe cpython_tuple_count(items)
        encoder.header(tag, count: count)
        for index in 0..<count {
            let item = unsafe cpython_tuple_item(items, index)!
            do { unsafe try encode(item, into: &encoder, &walk, depth: depth + 1) } catch {
                throw error.within("{\(index)}")
            }
        }
    }

    /// An object of no built-in type: by its converter, as the built-in type it derives from, as what is inside a numpy scalar, or by
    /// reference.
    private static func other(
        _ object: ObjectPointer, into encoder: inout WireEncoder, _ walk: inout Walk, depth: Int
    ) throws(WireError) {
        try enter(depth)
        if let converter = unsafe Converters.converter(of: object) {
            defer { unsafe cpython_decref(converter) }
            let isImmutable = unsafe cpython_kind_of(cpython_tuple_item(converter, 2)) == cpython_true
            let mayRecur = unsafe !isImmutable && cpython_may_recur(object)
            if mayRecur, unsafe wroteAgain(object, into: &encoder, walk) { return }
            unsafe cpython_incref(object)
            defer { unsafe cpython_decref(object) }
            if let payload = unsafe Converters.payload(of: object, by: converter) {
                defer { unsafe cpython_decref(payload) }
                if mayRecur { unsafe mark(object, into: &encoder, &walk) }
                encoder.tag(.extended)
                unsafe try str(cpython_tuple_item(converter, 0), into: &encoder)
                do { unsafe try encode(payload, into: &encoder, &walk, depth: depth + 1) } catch {
                    throw error.within(payloadOf: unsafe String(cString: cpython_type_name(object)))
                }
                return
            }
        }
        let base = unsafe cpython_base_kind_of(object)
        if base != cpython_other { return unsafe try encode(object, as: base, into: &encoder, &walk, depth: depth) }
        let type = unsafe String(cString: cpython_type_name(object))
        if unsafe try array(object, type, into: &encoder, &walk) { return }
        // A scalar of numpy's; an array of one element has `item`, too.
        if type.hasPrefix("numpy."), unsafe !cpython_derives_from_ndarray(object),
            let item = unsafe callMethod(object, "item")
        {
            defer { unsafe cpython_decref(item) }
            // Of a time that Python's own types do not hold, such as one in nanoseconds, `item` gives the bare number.
            let isNumberOfTime =
                unsafe (type == "numpy.datetime64" || type == "numpy.timedelta64")
                && cpython_kind_of(item) == cpython_int
            if unsafe cpython_type(item) != cpython_type(object), !isNumberOfTime {
                return unsafe try encode(item, into: &encoder, &walk, depth: depth + 1)
            }
        }
        unsafe try reference(object, into: &encoder, &walk)
    }

    /// Appends an array, if the object is one. Classes that are made of numpy's array mean something else by it (a mask, a record, a matrix):
    /// they are none, but for that which lies in a file.
    private static func array(
        _ object: ObjectPointer, _ type: String, into encoder: inout WireEncoder, _ walk: inout Walk
    ) throws(WireError) -> Bool {
        let isNumpyArray = type == "numpy.ndarray" || type == "memmap"
        guard unsafe isNumpyArray || !(type.hasPrefix("numpy.") || cpython_derives_from_ndarray(object)) else {
            return false
        }
        unsafe cpython_incref(object)
        defer { unsafe cpython_decref(object) }
        if unsafe cpython_has_buffer(object) {
            return unsafe try array(object, lending: object, bytesToo: true, into: &encoder, &walk)
        }
        guard let exported = unsafe ArrayObjects.exported(by: object) else { return false }
        defer { unsafe cpython_decref(exported) }
        return unsafe try array(object, lending: exported, bytesToo: true, into: &encoder, &walk)
    }

    /// Appends what an object lends as an array, or that it is meant again.
    private static func array(
        _ object: ObjectPointer, lending buffer: ObjectPointer, bytesToo: Bool, into encoder: inout WireEncoder,
        _ walk: inout Walk
    ) throws(WireError) -> Bool {
        let mayRecur = unsafe cpython_may_recur(object)
        if mayRecur, unsafe wroteAgain(object, into: &encoder, walk) { return true }
        return unsafe try ArrayObjects.encode(buffer, into: &encoder, bytesToo: bytesToo) { encoder in
            if mayRecur { unsafe mark(object, into: &encoder, &walk) }
        }
    }

    private static func reference(
        _ object: ObjectPointer, into encoder: inout WireEncoder, _ walk: inout Walk
    ) throws(WireError) {
        PyErr_Clear()
        let type = unsafe qualifiedTypeName(of: object)
        guard !walk.strict else { throw .noWireForm(type: type, path: "") }
        let id = unsafe References.pin(object)
        walk.pinned.append(id)
        encoder.reference(id: id, typeName: type)
    }

    private static func callMethod(_ object: ObjectPointer, _ name: String) -> ObjectPointer? {
        guard let method = unsafe PyObject_GetAttrString(object, name) else { return nil }
        defer { unsafe cpython_decref(method) }
        return unsafe PyObject_CallNoArgs(method)
    }

    private static func enter(_ depth: Int) throws(WireError) {
        guard depth < WireLimit.depth else { throw .tooDeep(limit: WireLimit.depth) }
    }

    /// The class with its module; a built-in one by its name alone.
    private static func qualifiedTypeName(of object: ObjectPointer) -> String {
        guard let type = unsafe cpython_type(object) else { return "object" }
        let module = unsafe text(PyObject_GetAttrString(type, "__module__"))
        let name = unsafe text(PyObject_GetAttrString(type, "__qualname__"))
        PyErr_Clear()
        guard let module, let name else { return unsafe String(cString: cpython_type_name(object)) }
        return module == "builtins" ? name : "\(module).\(name)"
    }

    /// How a key reads in a path.
    private static func repr(_ key: ObjectPointer) -> String {
        let text = unsafe text(PyObject_Repr(key), most: 80)
        PyErr_Clear()
        return text ?? "?"
    }

    /// The beginning of a str, whose reference is given away; nil for anything else, and for nothing.
    private static func text(_ object: ObjectPointer?, most: Int = 500) -> String? {
        guard let object = unsafe object else { return nil }
        defer { unsafe cpython_decref(object) }
        var length: Py_ssize_t = 0
        guard unsafe cpython_is_str(object), let utf8 = unsafe cpython_utf8(object, &length) else { return nil }
        return unsafe String(decoding: UnsafeRawBufferPointer(start: utf8, count: min(length, most)), as: UTF8.self)
    }
}

extension WireError {
    /// The same error, seen from one container further out.
    fileprivate func within(_ step: String) -> WireError {
        guard case .noWireForm(let type, let path) = self else { return self }
        return .noWireForm(type: type, path: step + path)
    }

    /// The same error, seen from the object whose payload it is about. A record's payload is its class, then its fields by name: those read
    /// as attributes.
    fileprivate func within(payloadOf owner: String) -> WireError {
        guard case .noWireForm(let type, let path) = self else { return self }
        if path.hasPrefix("[1]['"), let end = path.dropFirst(5).firstIndex(of: "'"), path[end...].hasPrefix("']") {
            return .noWireForm(type: type, path: "." + path.dropFirst(5)[..<end] + path[end...].dropFirst(2))
        }
        return .noWireForm(type: type, path: ".\(owner)" + path)
    }
}
