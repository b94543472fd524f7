import CPython
import CPythonShims
package import Marshalling

/// Python objects to the wire form, with nothing in between. Runs under the interpreter lock.
package enum ObjectEncoder {
    /// Appends an object's wire form. What was appended before an error is thrown is for the caller to drop.
    ///
    /// - Throws: ``WireError/noWireForm(type:path:)`` with the place in the object, ``WireError/tooDeep(limit:)``,
    ///   ``WireError/tooLarge(bytes:limit:)``.
    package static func encode(_ object: ObjectPointer, into encoder: inout WireEncoder) throws(WireError) {
        unsafe try encode(object, into: &encoder, depth: 0)
        guard encoder.count <= WireLimit.frame else { throw .tooLarge(bytes: encoder.count, limit: WireLimit.frame) }
    }

    private static func encode(
        _ object: ObjectPointer, into encoder: inout WireEncoder, depth: Int
    ) throws(WireError) {
        unsafe try encode(object, as: cpython_kind_of(object), into: &encoder, depth: depth)
    }

    // Every pointer below is a borrowed reference that its container, held by the caller, keeps alive; no Python code runs while one
    // is in use, but for converters, which are given references of their own.
    private static func encode(
        _ object: ObjectPointer, as kind: cpython_kind, into encoder: inout WireEncoder, depth: Int
    ) throws(WireError) {
        switch kind {
        case cpython_str: unsafe try str(object, into: &encoder)
        case cpython_float: unsafe encoder.float(cpython_float_value(object))
        case cpython_int: unsafe int(object, into: &encoder)
        case cpython_dict: unsafe try dict(object, into: &encoder, depth: depth)
        case cpython_list: unsafe try list(object, into: &encoder, depth: depth)
        case cpython_none: encoder.tag(.none)
        case cpython_true: encoder.tag(.true)
        case cpython_false: encoder.tag(.false)
        case cpython_tuple: unsafe try tuple(object, into: &encoder, depth: depth)
        case cpython_bytes:
            let count = unsafe cpython_bytes_count(object)
            guard count <= WireLimit.frame else { throw .tooLarge(bytes: count, limit: WireLimit.frame) }
            encoder.header(.bytes, count: count)
            unsafe encoder.raw(UnsafeRawBufferPointer(start: cpython_bytes_data(object), count: count))
        case cpython_set: unsafe try set(object, tag: .set, into: &encoder, depth: depth)
        case cpython_frozenset: unsafe try set(object, tag: .frozenset, into: &encoder, depth: depth)
        default: unsafe try other(object, into: &encoder, depth: depth)
        }
    }

    private static func str(_ object: ObjectPointer, into encoder: inout WireEncoder) throws(WireError) {
        var length: Py_ssize_t = 0
        guard let utf8 = unsafe cpython_utf8(object, &length) else {
            PyErr_Clear()
            throw .noWireForm(type: "str with a lone surrogate", path: "")
        }
        guard length <= WireLimit.frame else { throw .tooLarge(bytes: length, limit: WireLimit.frame) }
        unsafe encoder.str(utf8: UnsafeRawBufferPointer(start: utf8, count: length))
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

    private static func list(_ object: ObjectPointer, into encoder: inout WireEncoder, depth: Int) throws(WireError) {
        if unsafe cpython_list_of_floats(object) {
            let count = unsafe cpython_list_count(object)
            encoder.header(.floatList, count: count)
            var place = unsafe encoder.reserve(count * 8)
            for index in 0..<count {
                let bits = unsafe cpython_float_value(cpython_list_item(object, index)).bitPattern.littleEndian
                unsafe place.storeBytes(of: bits, as: UInt64.self)
                unsafe place += 8
            }
            return
        }
        try enter(depth)
        // A converter may run Python code that changes the list: the count is written afterwards, and read each time.
        let start = encoder.count
        encoder.header(.list, count: 0)
        var index = 0
        while unsafe index < cpython_list_count(object) {
            let item = unsafe cpython_list_item(object, index)!
            do { unsafe try encode(item, into: &encoder, depth: depth + 1) } catch { throw error.within("[\(index)]") }
            index += 1
        }
        encoder.setCount(index, at: start)
    }

    private static func tuple(_ object: ObjectPointer, into encoder: inout WireEncoder, depth: Int) throws(WireError) {
        try enter(depth)
        let count = unsafe cpython_tuple_count(object)
        encoder.header(.tuple, count: count)
        for index in 0..<count {
            let item = unsafe cpython_tuple_item(object, index)!
            do { unsafe try encode(item, into: &encoder, depth: depth + 1) } catch { throw error.within("[\(index)]") }
        }
    }

    private static func dict(_ object: ObjectPointer, into encoder: inout WireEncoder, depth: Int) throws(WireError) {
        try enter(depth)
        let start = encoder.count
        encoder.header(.dict, count: 0)
        var position: Py_ssize_t = 0
        var key: ObjectPointer?
        var value: ObjectPointer?
        var count = 0
        while unsafe PyDict_Next(object, &position, &key, &value) != 0 {
            guard let key = unsafe key, let value = unsafe value else { break }
            do {
                unsafe try encode(key, into: &encoder, depth: depth + 1)
                unsafe try encode(value, into: &encoder, depth: depth + 1)
            } catch { throw error.within(unsafe "[\(repr(key))]") }
            count += 1
        }
        encoder.setCount(count, at: start)
    }

    private static func set(
        _ object: ObjectPointer, tag: WireTag, into encoder: inout WireEncoder, depth: Int
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
            do { unsafe try encode(item, into: &encoder, depth: depth + 1) } catch { throw error.within("{\(index)}") }
        }
    }

    /// An object of no built-in type: by its converter, as the number inside a numpy scalar, or as the built-in type it derives from.
    private static func other(_ object: ObjectPointer, into encoder: inout WireEncoder, depth: Int) throws(WireError) {
        try enter(depth)
        let type = unsafe String(cString: cpython_type_name(object))
        if let (name, payload) = unsafe Converters.payload(of: object) {
            // Sound: `payload` and `name` are new references of ours.
            defer {
                unsafe cpython_decref(payload)
                unsafe cpython_decref(name)
            }
            encoder.tag(.extended)
            unsafe try str(name, into: &encoder)
            do { unsafe try encode(payload, into: &encoder, depth: depth + 1) } catch { throw error.within(".\(type)") }
            return
        }
        let base = unsafe cpython_base_kind_of(object)
        if base != cpython_other { return unsafe try encode(object, as: base, into: &encoder, depth: depth) }
        if type.hasPrefix("numpy."), type != "numpy.ndarray", let item = unsafe callMethod(object, "item") {
            defer { unsafe cpython_decref(item) }
            if unsafe cpython_kind_of(item) != cpython_other {
                return unsafe try encode(item, into: &encoder, depth: depth + 1)
            }
        }
        PyErr_Clear()
        throw .noWireForm(type: type, path: "")
    }

    private static func callMethod(_ object: ObjectPointer, _ name: String) -> ObjectPointer? {
        guard let method = unsafe PyObject_GetAttrString(object, name) else { return nil }
        defer { unsafe cpython_decref(method) }
        return unsafe PyObject_CallNoArgs(method)
    }

    private static func enter(_ depth: Int) throws(WireError) {
        guard depth < WireLimit.depth else { throw .tooDeep(limit: WireLimit.depth) }
    }

    /// How a key reads in a path.
    private static func repr(_ key: ObjectPointer) -> String {
        guard let text = unsafe PyObject_Repr(key) else {
            PyErr_Clear()
            return "?"
        }
        defer { unsafe cpython_decref(text) }
        var length: Py_ssize_t = 0
        guard let utf8 = unsafe cpython_utf8(text, &length) else {
            PyErr_Clear()
            return "?"
        }
        return unsafe String(decoding: UnsafeRawBufferPointer(start: utf8, count: min(length, 80)), as: UTF8.self)
    }
}

extension WireError {
    /// The same error, seen from one container further out.
    fileprivate func within(_ step: String) -> WireError {
        guard case .noWireForm(let type, let path) = self else { return self }
        return .noWireForm(type: type, path: step + path)
    }
}
