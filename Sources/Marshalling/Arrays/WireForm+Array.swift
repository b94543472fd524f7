/// What follows the tag of an array: the number of its type, flags, the number of dimensions, the size of an element (32 bits), the shape (64
/// bits each); then, inline, the number of bytes and the elements one after the other; or, shared, the strides (64 bits each), the offset
/// (64 bits), and which of the frame's blocks it is (32 bits).
private enum ArrayFlag {
    static let inline: UInt8 = 1
    static let writable: UInt8 = 2
}

/// An array as it stands on the wire, checked.
@safe package enum WireArray {
    /// The elements, one after the other, in the decoder's bytes.
    case inline(ArrayLayout, UnsafeRawPointer)
    /// In a block of the frame.
    case shared(ArrayLayout, BlockHold, writable: Bool)
}

extension WireEncoder {
    /// Writes an array whose elements lie in the frame, which the caller knows to fit, and returns where they go: as many bytes as the
    /// layout has.
    package mutating func inlineArray(_ layout: ArrayLayout) -> UnsafeMutableRawPointer {
        arrayHead(layout, flags: ArrayFlag.inline)
        fixed(UInt32(layout.byteCount))
        return unsafe reserve(layout.byteCount)
    }

    /// Writes an array that lies in a block, which goes along with the frame.
    package mutating func sharedArray(_ layout: ArrayLayout, in block: ArrayBlock, writes: Bool) {
        arrayHead(layout, flags: writes ? ArrayFlag.writable : 0)
        for stride in layout.strides { fixed(Int64(stride)) }
        fixed(Int64(layout.offset))
        attach(BlockHold(sending: block, writes: writes))
    }

    private mutating func arrayHead(_ layout: ArrayLayout, flags: UInt8) {
        tag(.array)
        fixed(layout.dtype.code)
        fixed(flags)
        fixed(UInt8(truncatingIfNeeded: layout.shape.count))
        fixed(UInt32(layout.dtype.itemSize))
        for length in layout.shape { fixed(Int64(length)) }
    }

    private mutating func fixed<Number: FixedWidthInteger & BitwiseCopyable>(_ number: Number) {
        // Sound: as many bytes as the number has are reserved.
        unsafe reserve(MemoryLayout<Number>.size).storeBytes(of: number.littleEndian, as: Number.self)
    }

    /// Writes an array of Swift's: a small one with its elements, a larger one, or one that Python may write, by its block.
    mutating func array(_ array: SharedArray) throws(WireError) {
        do throws(SharedArrayError) {
            if carriesBlocks, array.isWritable || array.byteCount > SharedArray.inlineLimit {
                try array.block.share()
                return sharedArray(array.layout, in: array.block, writes: array.isWritable)
            }
            if array.byteCount <= WireLimit.frame {
                let start = unsafe try array.block.beginReading()
                defer { array.block.endReading() }
                // Sound: as many bytes as the elements have are reserved.
                return unsafe array.layout.gather(from: start, into: inlineArray(array.layout))
            }
        } catch { throw .invalid(offset: count, detail: "\(error)") }
        throw .tooLarge(bytes: array.byteCount, limit: WireLimit.frame)
    }
}

extension WireDecoder {
    /// Reads an array after its tag. Its layout is checked against the block, or against what is left of the frame.
    @_lifetime(self: copy self)
    package mutating func array() throws(WireError) -> WireArray {
        let start = offset - 1
        let code = try number(UInt8.self)
        let flags = try number(UInt8.self)
        let dimensions = Int(try number(UInt8.self))
        let itemSize = Int(try number(UInt32.self))
        guard let dtype = DType(code: code, itemSize: itemSize) else {
            throw .invalid(offset: start, detail: "an array of an unknown type")
        }
        guard dimensions <= ArrayLayout.mostDimensions else {
            throw .invalid(offset: start, detail: "an array of \(dimensions) dimensions")
        }
        let shape = try integers(dimensions)
        if flags & ArrayFlag.inline != 0 {
            let bytes = try count(unit: 1)
            let layout: ArrayLayout
            do { layout = try ArrayLayout(dtype, contiguous: shape) } catch {
                throw .invalid(offset: start, detail: "an array of the impossible shape \(shape)")
            }
            guard layout.byteCount == bytes else {
                throw .invalid(offset: start, detail: "an array of \(layout.byteCount) bytes in \(bytes)")
            }
            return unsafe .inline(layout, try take(bytes))
        }
        let strides = try integers(dimensions)
        let offset = Int(truncatingIfNeeded: try number(UInt64.self))
        let index = Int(try number(UInt32.self))
        guard index < blocks.count else {
            throw .invalid(offset: start, detail: "an array in a block that did not come with it")
        }
        let layout = ArrayLayout(dtype, shape: shape, strides: strides, offset: offset)
        if let problem = layout.validate(capacity: blocks[index].block.capacity) {
            throw .invalid(offset: start, detail: problem)
        }
        let writes = flags & ArrayFlag.writable != 0
        guard !writes || blocks[index].writes else {
            throw .invalid(offset: start, detail: "an array to be written that came without the right to")
        }
        return .shared(layout, blocks[index], writable: writes)
    }

    @_lifetime(self: copy self)
    private mutating func integers(_ count: Int) throws(WireError) -> [Int] {
        var integers: [Int] = []
        for _ in 0..<count { integers.append(Int(try number(Int64.self))) }
        return integers
    }

    /// Reads an array of Swift's after its tag.
    @_lifetime(self: copy self)
    mutating func sharedArray() throws(WireError) -> SharedArray {
        let start = offset - 1
        switch try array() {
        case .inline(let layout, let place):
            do throws(SharedArrayError) {
                let array = try SharedArray(new: layout)
                // Sound: `self.array` checked that the bytes are there; nobody else has the block yet.
                unsafe array.block.data.copyMemory(from: place, byteCount: layout.byteCount)
                return array
            } catch { throw .invalid(offset: start, detail: "\(error)") }
        case .shared(let layout, let hold, _):
            return SharedArray(layout, in: hold.block, hold: hold)
        }
    }
}
