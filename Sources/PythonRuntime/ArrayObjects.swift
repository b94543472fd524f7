import CPython
import CPythonShims
package import Marshalling

/// Arrays that host and worker see in the same memory, as Python objects. Guarded by the interpreter lock.
package enum ArrayObjects {
    // Sound, all three: only touched under the interpreter lock.
    nonisolated(unsafe) private static var pool = BlockPool()
    /// `numpy.asarray`, once it was looked for; nil inside when numpy is not installed.
    nonisolated(unsafe) private static var asarray: ObjectPointer??
    /// `dspex_worker.arrays.exported`, once it was found.
    nonisolated(unsafe) private static var exporting: ObjectPointer?

    // MARK: To Python

    /// The array that was read: a new reference to a numpy array, or to a memoryview where there is no numpy.
    static func object(_ array: WireArray) throws -> ObjectPointer {
        switch array {
        case .inline(let layout, let place):
            // The bytes of the frame end with it; a bytes object of their own keeps them.
            let bytes = unsafe try ObjectDecoder.new(
                PyBytes_FromStringAndSize(place.assumingMemoryBound(to: CChar.self), layout.byteCount))
            let data = unsafe UnsafeMutableRawPointer(mutating: UnsafeRawPointer(cpython_bytes_data(bytes)!))
            let buffer = unsafe buffer(layout, data, readonly: true, owner: UnsafeMutableRawPointer(bytes)) {
                unsafe cpython_decref($0!.assumingMemoryBound(to: PyObject.self))
            }
            guard let buffer = unsafe buffer else {
                unsafe cpython_decref(bytes)
                throw ObjectDecoder.failure()
            }
            return unsafe try view(of: buffer)
        case .shared(let layout, let hold, let writable):
            return unsafe try object(layout, ArrayView(hold, writes: writable))
        }
    }

    /// A new array in shared memory.
    ///
    /// - Parameter zeroed: whether it is of zeros; else its content is anything.
    /// - Throws: ``SharedArrayError``, ``PythonFailure``.
    package static func make(_ dtype: DType, _ shape: [Int], zeroed: Bool) throws -> ObjectPointer {
        let layout = try ArrayLayout(dtype, contiguous: shape)
        let (block, isFresh) = unsafe try pool.block(capacity: layout.byteCount)
        if zeroed, !isFresh {
            // Sound: nobody else has the block.
            unsafe block.data.initializeMemory(as: UInt8.self, repeating: 0, count: layout.byteCount)
        }
        return unsafe try object(layout, try ArrayView(new: block))
    }

    private static func object(_ layout: ArrayLayout, _ view: ArrayView) throws -> ObjectPointer {
        // Sound: the layout is valid for the block, and the block lies where it lies while the view holds it.
        let owner = unsafe Unmanaged.passRetained(view)
        let data = unsafe view.block.data + layout.offset
        let buffer = unsafe buffer(layout, data, readonly: !view.writes, owner: owner.toOpaque()) {
            unsafe Unmanaged<ArrayView>.fromOpaque($0!).release()
        }
        guard let buffer = unsafe buffer else {
            unsafe owner.release()
            throw ObjectDecoder.failure()
        }
        return unsafe try self.view(of: buffer)
    }

    private static func buffer(
        _ layout: ArrayLayout, _ data: UnsafeMutableRawPointer, readonly: Bool, owner: UnsafeMutableRawPointer,
        _ release: @convention(c) (UnsafeMutableRawPointer?) -> Void
    ) -> ObjectPointer? {
        unsafe cpython_buffer(
            data, layout.dtype.itemSize, layout.dtype.bufferFormat, Int32(layout.shape.count), layout.shape,
            layout.strides, layout.isContiguous, readonly, owner, release)
    }

    /// The array, or memoryview, over a buffer whose reference is given away.
    private static func view(of buffer: ObjectPointer) throws -> ObjectPointer {
        defer { unsafe cpython_decref(buffer) }
        let view = unsafe try ObjectDecoder.new(PyMemoryView_FromObject(buffer))
        guard let asarray = unsafe numpyAsarray() else { return unsafe view }
        defer { unsafe cpython_decref(view) }
        return unsafe try ObjectDecoder.new(PyObject_CallOneArg(asarray, view))
    }

    private static func numpyAsarray() -> ObjectPointer? {
        if let known = unsafe asarray { return unsafe known }
        let found = unsafe function("asarray", of: "numpy")
        unsafe asarray = .some(found)
        return unsafe found
    }

    /// A function of a module: a new reference; nil when one of them is not there.
    private static func function(_ name: String, of module: String) -> ObjectPointer? {
        defer { PyErr_Clear() }
        guard let module = unsafe PyImport_ImportModule(module) else { return nil }
        defer { unsafe cpython_decref(module) }
        return unsafe PyObject_GetAttrString(module, name)
    }

    // MARK: From Python

    /// Appends an array, if the object is one: where it lies when the host can see that, else a copy in memory that the host can see, or, of
    /// a small one, its elements.
    ///
    /// - Parameters:
    ///   - bytesToo: whether plain bytes, one after the other, are an array as well.
    ///   - mark: appends what goes before the array, once it is known to be one.
    /// - Returns: false, and nothing appended, for what has no buffer or one of elements that no ``DType`` names.
    static func encode(
        _ object: ObjectPointer, into encoder: inout WireEncoder, bytesToo: Bool,
        mark: (inout WireEncoder) -> Void
    ) throws(WireError) -> Bool {
        var view = unsafe Py_buffer()
        guard unsafe cpython_has_buffer(object), unsafe PyObject_GetBuffer(object, &view, cpython_strided) == 0 else {
            PyErr_Clear()
            return false
        }
        defer { unsafe PyBuffer_Release(&view) }
        guard var layout = unsafe layout(of: view), let data = unsafe view.buf else { return false }
        let bytes = layout.byteCount
        if encoder.carriesBlocks, let block = unsafe ArrayBlocks.containing(data) {
            layout.offset = unsafe UnsafeRawPointer(data) - UnsafeRawPointer(block.data)
            if layout.validate(capacity: block.capacity) == nil, bytes <= layout.extent?.count ?? 0 {
                mark(&encoder)
                encoder.sharedArray(layout, in: block, writes: false)
                return true
            }
            layout.offset = 0
        }
        if !bytesToo, layout.dtype == .uint8, layout.shape.count == 1, layout.isContiguous { return false }
        mark(&encoder)
        guard encoder.carriesBlocks, bytes > SharedArray.inlineLimit else {
            guard bytes <= WireLimit.frame else { throw .tooLarge(bytes: bytes, limit: WireLimit.frame) }
            // Sound: the view says where the elements lie, and holds them; the encoder has reserved as many bytes as they have.
            unsafe layout.gather(from: data, into: encoder.inlineArray(layout))
            return true
        }
        unsafe try copy(layout, from: data, into: &encoder)
        return true
    }

    private static func layout(of view: Py_buffer) -> ArrayLayout? {
        let format = unsafe view.format.map { unsafe String(cString: $0) } ?? "B"
        guard let dtype = DType(bufferFormat: format, itemSize: unsafe view.itemsize), unsafe view.suboffsets == nil
        else { return nil }
        let dimensions = Int(unsafe view.ndim)
        let shape = (0..<dimensions).map { unsafe view.shape[$0] }
        guard let contiguous = try? ArrayLayout(dtype, contiguous: shape) else { return nil }
        // Asked for strides, some (ctypes) give none all the same: their elements lie one after the other.
        guard let strides = unsafe view.strides else { return contiguous }
        return ArrayLayout(
            dtype, shape: shape, strides: (0..<dimensions).map { unsafe strides[$0] }, offset: 0)
    }

    /// Copies the elements into shared memory, one after the other.
    private static func copy(
        _ layout: ArrayLayout, from data: UnsafeRawPointer, into encoder: inout WireEncoder
    ) throws(WireError) {
        do throws(SharedArrayError) {
            let block = unsafe try pool.block(capacity: layout.byteCount).block
            let target = unsafe block.data
            // Sound: the view holds the elements, and nobody else has the block. Other threads' Python code runs meanwhile: it can change
            // the elements, as it could before and after, but not where they lie.
            let state = unsafe PyEval_SaveThread()
            unsafe layout.gather(from: data, into: target)
            unsafe PyEval_RestoreThread(state)
            encoder.sharedArray(try ArrayLayout(layout.dtype, contiguous: layout.shape), in: block, writes: false)
        } catch { throw .invalid(offset: encoder.count, detail: "\(error)") }
    }

    /// What an object that has no buffer itself lends as one, such as a tensor: a new reference; nil when it lends nothing.
    static func exported(by object: ObjectPointer) -> ObjectPointer? {
        // Looked up once: most objects that are no values come by here, and an import takes longer than the function.
        if unsafe exporting == nil { unsafe exporting = function("exported", of: "dspex_worker.arrays") }
        guard let exporting = unsafe exporting, let array = unsafe PyObject_CallOneArg(exporting, object) else {
            PyErr_Clear()
            return nil
        }
        if unsafe array == cpython_none_object() {
            unsafe cpython_decref(array)
            return nil
        }
        return unsafe array
    }
}
