import CPython
import CPythonShims
package import Marshalling

/// The wire form to Python objects, with nothing in between. Runs under the interpreter lock.
///
/// Containers are made at their final size, short `dict` keys come from a cache of interned strings, and the collector is paused, as a
/// frame's objects are all alive until it is complete.
package enum ObjectDecoder {
    /// Makes the one object that fills the bytes: a new reference.
    ///
    /// - Throws: ``WireError``, or ``PythonFailure`` when Python itself refused (an unhashable key, a converter's exception).
    package static func decode(_ bytes: UnsafeRawBufferPointer) throws -> ObjectPointer {
        var decoder = unsafe WireDecoder(bytes)
        return unsafe try paused {
            let object = unsafe try object(&decoder, depth: 0)
            do { try decoder.finish() } catch {
                unsafe cpython_decref(object)
                throw error
            }
            return unsafe object
        }
    }

    /// Makes the one object that fills the bytes: a new reference.
    package static func decode(_ bytes: [UInt8]) throws -> ObjectPointer {
        try unsafe bytes.withUnsafeBytes { unsafe try decode($0) }
    }

    /// Runs `body` with the collector off.
    package static func paused<Result>(_ body: () throws -> Result) rethrows -> Result {
        let enabled = PyGC_Disable()
        defer { if enabled != 0 { PyGC_Enable() } }
        return try body()
    }

    /// Makes the next object of a decoder: a new reference.
    package static func object(_ decoder: inout WireDecoder, depth: Int = 0) throws -> ObjectPointer {
        try decoder.reach(depth)
        // Sound below: every place comes from `take`, which checked that the bytes are there; new references are given to
        // their container, or released when something throws.
        switch try decoder.tag() {
        case .none: return unsafe shared(cpython_none_object())
        case .false: return unsafe shared(cpython_bool_object(false))
        case .true: return unsafe shared(cpython_bool_object(true))
        case .int8: return unsafe try new(PyLong_FromLong(Int(try decoder.number(Int8.self))))
        case .int32: return unsafe try new(PyLong_FromLong(Int(try decoder.number(Int32.self))))
        case .int64: return unsafe try new(PyLong_FromLongLong(try decoder.number(Int64.self)))
        case .bigInt:
            let count = try decoder.count(unit: 1)
            let place = unsafe try decoder.take(count).assumingMemoryBound(to: UInt8.self)
            return unsafe try new(cpython_int_load(place, count))
        case .float: return unsafe try new(PyFloat_FromDouble(Double(bitPattern: try decoder.number(UInt64.self))))
        case .str8: return unsafe try str(&decoder, count: try decoder.shortCount())
        case .str32: return unsafe try str(&decoder, count: try decoder.count(unit: 1))
        case .complex:
            let real = Double(bitPattern: try decoder.number(UInt64.self))
            let imaginary = Double(bitPattern: try decoder.number(UInt64.self))
            return unsafe try new(PyComplex_FromDoubles(real, imaginary))
        case .surrogateStr:
            let count = try decoder.count(unit: 1)
            let offset = decoder.offset
            let place = unsafe try decoder.take(count).assumingMemoryBound(to: CChar.self)
            if let text = unsafe PyUnicode_DecodeUTF8(place, count, "surrogatepass") { return unsafe text }
            PyErr_Clear()
            throw WireError.invalidUTF8(offset: offset)
        case .bytes:
            let count = try decoder.count(unit: 1)
            let place = unsafe try decoder.take(count).assumingMemoryBound(to: CChar.self)
            return unsafe try new(PyBytes_FromStringAndSize(place, count))
        case .bytearray:
            let count = try decoder.count(unit: 1)
            let place = unsafe try decoder.take(count).assumingMemoryBound(to: CChar.self)
            return unsafe try new(PyByteArray_FromStringAndSize(place, count))
        case .list: return unsafe try list(&decoder, depth: depth)
        case .floatList: return unsafe try floatList(&decoder)
        case .tuple: return unsafe try tuple(&decoder, depth: depth)
        case .set: return unsafe try set(&decoder, depth: depth) { unsafe PySet_New($0) }
        case .frozenset: return unsafe try set(&decoder, depth: depth) { unsafe PyFrozenSet_New($0) }
        case .dict: return unsafe try dict(&decoder, depth: depth)
        case .extended: return unsafe try extended(&decoder, depth: depth)
        case .mark:
            _ = try decoder.marked()
            return unsafe try object(&decoder, depth: depth)
        case .shared: return unsafe try sharedContainer(&decoder, depth: depth)
        case .again: return unsafe try again(&decoder, depth: depth)
        case .reference: return unsafe try reference(&decoder)
        case .array:
            throw WireError.invalid(offset: decoder.offset - 1, detail: "an array means nothing outside of its pool")
        }
    }

    static func shared(_ object: ObjectPointer?) -> ObjectPointer {
        unsafe cpython_incref(object)
        return unsafe object!
    }

    static func new(_ object: ObjectPointer?) throws(PythonFailure) -> ObjectPointer {
        guard let object = unsafe object else { throw failure() }
        return unsafe object
    }

    static func failure() -> PythonFailure {
        insidePython { (interpreter: borrowing Interpreter) in PythonFailure.fetch(interpreter) }
    }

    private static func str(_ decoder: inout WireDecoder, count: Int) throws -> ObjectPointer {
        let offset = decoder.offset
        let place = unsafe try decoder.take(count).assumingMemoryBound(to: CChar.self)
        if let text = unsafe cpython_make_str(place, count) { return unsafe text }
        PyErr_Clear()
        throw WireError.invalidUTF8(offset: offset)
    }

    private static func list(_ decoder: inout WireDecoder, depth: Int) throws -> ObjectPointer {
        let count = try decoder.count(unit: 1)
        let list = unsafe try new(PyList_New(count))
        do {
            for index in 0..<count { unsafe cpython_list_fill(list, index, try object(&decoder, depth: depth + 1)) }
        } catch {
            unsafe cpython_decref(list)
            throw error
        }
        return unsafe list
    }

    private static func floatList(_ decoder: inout WireDecoder) throws -> ObjectPointer {
        let count = try decoder.count(unit: 8)
        var place = unsafe try decoder.take(count * 8)
        let list = unsafe try new(PyList_New(count))
        for index in 0..<count {
            let number = unsafe Double(bitPattern: UInt64(littleEndian: place.loadUnaligned(as: UInt64.self)))
            guard let item = unsafe PyFloat_FromDouble(number) else {
                unsafe cpython_decref(list)
                throw failure()
            }
            unsafe cpython_list_fill(list, index, item)
            unsafe place += 8
        }
        return unsafe list
    }

    private static func tuple(_ decoder: inout WireDecoder, depth: Int) throws -> ObjectPointer {
        let count = try decoder.count(unit: 1)
        let tuple = unsafe try new(PyTuple_New(count))
        do {
            for index in 0..<count { unsafe cpython_tuple_fill(tuple, index, try object(&decoder, depth: depth + 1)) }
        } catch {
            unsafe cpython_decref(tuple)
            throw error
        }
        return unsafe tuple
    }

    private static func set(
        _ decoder: inout WireDecoder, depth: Int, _ make: (ObjectPointer) -> ObjectPointer?
    ) throws -> ObjectPointer {
        let items = unsafe try list(&decoder, depth: depth)
        defer { unsafe cpython_decref(items) }
        if !decoder.unfinished.isEmpty {
            for index in unsafe 0..<cpython_list_count(items) {
                unsafe try refuseUnfinished(cpython_list_item(items, index), decoder)
            }
        }
        return unsafe try new(make(items))
    }

    private static func dict(_ decoder: inout WireDecoder, depth: Int) throws -> ObjectPointer {
        let count = try decoder.count(unit: 2)
        let dict = unsafe try new(cpython_dict_presized(count))
        do {
            unsafe try fill(dict, count, &decoder, depth: depth)
        } catch {
            unsafe cpython_decref(dict)
            throw error
        }
        return unsafe dict
    }

    /// Reads the entries of a dict.
    static func fill(
        _ dict: ObjectPointer, _ count: Int, _ decoder: inout WireDecoder, depth: Int
    ) throws {
        for _ in 0..<count {
            let key = unsafe try key(&decoder, depth: depth + 1)
            defer { unsafe cpython_decref(key) }
            let value = unsafe try object(&decoder, depth: depth + 1)
            defer { unsafe cpython_decref(value) }
            if !decoder.unfinished.isEmpty { unsafe try refuseUnfinished(key, decoder) }
            guard unsafe PyDict_SetItem(dict, key, value) == 0 else { throw failure() }
        }
    }

    private static func key(_ decoder: inout WireDecoder, depth: Int) throws -> ObjectPointer {
        guard let count = decoder.peekShortStr(), count <= KeyCache.longest else {
            return unsafe try object(&decoder, depth: depth)
        }
        _ = unsafe try decoder.take(2)
        let offset = decoder.offset
        let place = unsafe try decoder.take(count).assumingMemoryBound(to: CChar.self)
        guard let key = unsafe KeyCache.key(place, count) else {
            PyErr_Clear()
            throw WireError.invalidUTF8(offset: offset)
        }
        return unsafe key
    }

    private static func extended(_ decoder: inout WireDecoder, depth: Int) throws -> ObjectPointer {
        let name = unsafe try object(&decoder, depth: depth + 1)
        defer { unsafe cpython_decref(name) }
        return unsafe try extended(name, &decoder, depth: depth)
    }

    /// Reads the payload that follows a converter's name, and makes the object.
    static func extended(
        _ name: ObjectPointer, _ decoder: inout WireDecoder, depth: Int
    ) throws -> ObjectPointer {
        let offset = decoder.offset
        let payload = unsafe try object(&decoder, depth: depth + 1)
        defer { unsafe cpython_decref(payload) }
        guard let object = unsafe Converters.object(name: name, payload: payload) else {
            if unsafe PyErr_Occurred() != nil { throw failure() }
            throw WireError.invalid(offset: offset, detail: "no converter of this name is registered in the worker")
        }
        return unsafe object
    }

    private static func reference(_ decoder: inout WireDecoder) throws -> ObjectPointer {
        let start = decoder.offset - 1
        let id = try decoder.number(UInt64.self)
        let typeName = try decoder.str()
        guard let object = unsafe References.object(id) else {
            throw WireError.invalid(
                offset: start,
                detail: "this worker holds no \(typeName) of the number \(id): it was released, or lives elsewhere")
        }
        return unsafe shared(object)
    }
}
