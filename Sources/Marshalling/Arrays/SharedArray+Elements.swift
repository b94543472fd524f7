extension SharedArray {
    /// Lends the elements for reading, without a copy.
    ///
    /// - Parameters:
    ///   - type: what they are; see ``SharedArrayElement``.
    ///   - body: gets them one after the other, the last index first. While it runs, nobody can get the right to write them.
    /// - Throws: ``SharedArrayError/elementMismatch(expected:found:)``, ``SharedArrayError/notContiguous(shape:strides:)``,
    ///   ``SharedArrayError/inUse(by:)``, and what `body` throws.
    public func withSpan<Element: SharedArrayElement, Result: ~Copyable>(
        of type: Element.Type, _ body: (Span<Element>) throws -> Result
    ) throws -> Result {
        let count = try count(of: type)
        let start = unsafe try block.beginReading()
        defer { block.endReading() }
        // Sound: the layout is valid for the block, which lies where it lies while it is read; any bits are an element, and the start was
        // found to be aligned.
        let buffer = unsafe UnsafeBufferPointer(
            start: (start + layout.offset).assumingMemoryBound(to: Element.self), count: count)
        return try body(unsafe Span(_unsafeElements: buffer))
    }

    /// Lends the elements for writing, without a copy. Where Python has the array read-only it sees what is written, as it is written.
    ///
    /// - Throws: as ``withSpan(of:_:)`` does; ``SharedArrayError/inUse(by:)`` also while Swift code reads them.
    public func withMutableSpan<Element: SharedArrayElement, Result: ~Copyable>(
        of type: Element.Type, _ body: (inout MutableSpan<Element>) throws -> Result
    ) throws -> Result {
        let count = try count(of: type)
        let start = unsafe try block.beginWriting()
        defer { block.endWriting() }
        // Sound: as above, and nobody else in Swift has the elements.
        let buffer = unsafe UnsafeMutableBufferPointer(
            start: (start + layout.offset).assumingMemoryBound(to: Element.self), count: count)
        var span = unsafe MutableSpan(_unsafeElements: buffer)
        return try body(&span)
    }

    /// How many elements of a Swift type lie one after the other.
    private func count<Element: SharedArrayElement>(of type: Element.Type) throws(SharedArrayError) -> Int {
        guard Element.reads(dtype) else { throw .elementMismatch(expected: Element.dtype, found: dtype) }
        // Blocks begin at a multiple of 64.
        guard isContiguous, layout.offset.isMultiple(of: MemoryLayout<Element>.alignment) else {
            throw .notContiguous(shape: shape, strides: strides)
        }
        return byteCount / MemoryLayout<Element>.stride
    }

    /// Copies the elements, the last index first, however they lie.
    ///
    /// - Throws: ``SharedArrayError/elementMismatch(expected:found:)``, ``SharedArrayError/inUse(by:)``.
    public func asArray<Element: SharedArrayElement>(of type: Element.Type = Element.self) throws(SharedArrayError)
        -> [Element]
    {
        guard Element.reads(dtype) else { throw .elementMismatch(expected: Element.dtype, found: dtype) }
        let count = byteCount / MemoryLayout<Element>.stride
        let start = unsafe try block.beginReading()
        defer { block.endReading() }
        return unsafe [Element](count: count) {
            // Sound: there is room for `byteCount` bytes, and any bits are an element.
            unsafe layout.gather(from: start, into: UnsafeMutableRawPointer($0))
        }
    }

    /// The array itself when its elements lie one after the other, the last index first; else a copy in which they do.
    ///
    /// - Throws: as ``copy()`` does.
    public func contiguous() throws(SharedArrayError) -> SharedArray {
        let isAligned = layout.offset.isMultiple(of: min(dtype.itemSize, 16))
        if case .bytes = dtype, isContiguous { return self }
        return isContiguous && isAligned ? self : try copy()
    }

    /// A copy in memory of its own.
    ///
    /// - Throws: ``SharedArrayError/inUse(by:)``, ``SharedArrayError/system(problem:remedy:)``.
    public func copy() throws(SharedArrayError) -> SharedArray {
        let copy = try SharedArray.zeros(dtype, shape)
        let start = unsafe try block.beginReading()
        defer { block.endReading() }
        // Sound: nobody else has the copy yet, and it holds `byteCount` bytes.
        unsafe layout.gather(from: start, into: copy.block.data)
        return copy
    }

    /// One element, as in `array[2, 0, as: Float.self]`. For more than a few, ``withSpan(of:_:)`` is faster by far.
    ///
    /// Throws ``SharedArrayError/elementMismatch(expected:found:)``, ``SharedArrayError/indexOutOfRange(index:shape:)`` and
    /// ``SharedArrayError/inUse(by:)``.
    public subscript<Element: SharedArrayElement>(_ index: Int..., as type: Element.Type) -> Element {
        get throws(SharedArrayError) {
            guard Element.reads(dtype), dtype.itemSize == MemoryLayout<Element>.size else {
                throw .elementMismatch(expected: Element.dtype, found: dtype)
            }
            guard let place = layout.place(of: index) else { throw .indexOutOfRange(index: index, shape: shape) }
            let start = unsafe try block.beginReading()
            defer { block.endReading() }
            // Sound: the layout is valid for the block, and the index is in the shape.
            return unsafe (start + place).loadUnaligned(as: Element.self)
        }
    }
}
