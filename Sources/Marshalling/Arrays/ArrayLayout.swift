/// Where the elements of an array lie in its block. All numbers come from the peer, or from Python, until ``validate(capacity:)`` has
/// agreed.
package struct ArrayLayout: Sendable, Hashable {
    /// The most dimensions; numpy has as many.
    package static let mostDimensions = 64

    package var dtype: DType
    package var shape: [Int]
    /// Bytes from one element to the next of each dimension; may be negative or zero.
    package var strides: [Int]
    /// Bytes from the start of the block's data to the first element.
    package var offset: Int

    package init(_ dtype: DType, shape: [Int], strides: [Int], offset: Int) {
        self.dtype = dtype
        self.shape = shape
        self.strides = strides
        self.offset = offset
    }

    /// Elements one after the other, the last index first, as in C.
    ///
    /// - Throws: ``SharedArrayError/shapeMismatch(shape:elements:)`` for a negative length, and for more bytes than an `Int` counts.
    package init(_ dtype: DType, contiguous shape: [Int]) throws(SharedArrayError) {
        guard shape.count <= Self.mostDimensions, let bytes = Self.product(shape, times: dtype.itemSize) else {
            throw .shapeMismatch(shape: shape, elements: 0)
        }
        self.init(dtype, shape: shape, strides: Self.strides(shape, dtype, bytes: bytes), offset: 0)
    }

    private static func strides(_ shape: [Int], _ dtype: DType, bytes: Int) -> [Int] {
        var strides = shape
        var step = dtype.itemSize
        for dimension in shape.indices.reversed() {
            strides[dimension] = step
            step *= max(shape[dimension], 1)
        }
        return strides
    }

    /// The product of lengths, of which an empty one may stand beside huge ones; nil when it, or the product without the empty ones, is
    /// too large for an `Int`.
    private static func product(_ shape: [Int], times size: Int) -> Int? {
        var product = size
        for length in shape {
            let (next, overflow) = product.multipliedReportingOverflow(by: max(length, 1))
            guard length >= 0, !overflow else { return nil }
            product = next
        }
        return shape.contains(0) ? 0 : product
    }

    /// How many elements there are.
    package var count: Int { shape.reduce(1, *) }
    /// How many bytes they have, one after the other.
    package var byteCount: Int { count * dtype.itemSize }

    /// Whether the elements lie one after the other, the last index first.
    package var isContiguous: Bool {
        if shape.contains(0) { return true }
        var expected = dtype.itemSize
        for dimension in shape.indices.reversed() where shape[dimension] != 1 {
            guard strides[dimension] == expected else { return false }
            expected *= shape[dimension]
        }
        return true
    }

    /// The lowest and the highest byte of the elements, counted from the first; nil when an `Int` cannot count them.
    package var extent: Range<Int>? {
        if shape.contains(0) { return 0..<0 }
        var (low, high) = (0, dtype.itemSize)
        for (length, stride) in zip(shape, strides) {
            let (reach, overflow) = (length - 1).multipliedReportingOverflow(by: stride)
            let (moved, overflowToo) = (reach < 0 ? low : high).addingReportingOverflow(reach)
            guard !overflow, !overflowToo else { return nil }
            if reach < 0 { low = moved } else { high = moved }
        }
        return low..<high
    }

    /// Checks that every element lies within `capacity` bytes, and that there are not more of them than as many bytes hold; what is wrong
    /// otherwise.
    ///
    /// Elements that lie on top of each other could stand for any amount of memory once they are copied, so they are only taken as far as
    /// the block holds as many without that.
    package func validate(capacity: Int) -> String? {
        guard shape.count == strides.count, shape.count <= Self.mostDimensions else {
            return "an array of \(shape.count) dimensions"
        }
        guard let bytes = Self.product(shape, times: dtype.itemSize) else {
            return "an array of the impossible shape \(shape)"
        }
        guard bytes <= capacity else { return "an array of \(bytes) bytes in \(capacity)" }
        guard let extent, offset >= 0, offset <= capacity, extent.lowerBound >= -offset,
            extent.upperBound <= capacity - offset
        else { return "an array whose elements lie outside of its \(capacity) bytes" }
        return nil
    }

    /// Where an element lies, from the start of the block's data; nil when there is none of this index.
    package func place(of index: [Int]) -> Int? {
        guard index.count == shape.count, !shape.contains(0) else { return nil }
        var place = offset
        for dimension in shape.indices {
            guard index[dimension] >= 0, index[dimension] < shape[dimension] else { return nil }
            place += index[dimension] * strides[dimension]
        }
        return place
    }
}

extension ArrayLayout {
    /// Copies the elements one after the other, the last index first.
    ///
    /// - Parameters:
    ///   - data: the start of the block's data, for which the layout is valid.
    ///   - target: holds ``byteCount`` bytes.
    package func gather(from data: UnsafeRawPointer, into target: UnsafeMutableRawPointer) {
        guard byteCount > 0 else { return }
        // Sound, in all of this: `validate` found every element within the block, and the target is another memory of the size.
        if isContiguous { return unsafe target.copyMemory(from: data + offset, byteCount: byteCount) }
        var target = unsafe target
        unsafe gather(dimension: 0, from: data + offset, into: &target)
    }

    private func gather(dimension: Int, from place: UnsafeRawPointer, into target: inout UnsafeMutableRawPointer) {
        let size = dtype.itemSize
        guard dimension < shape.count else {
            unsafe target.copyMemory(from: place, byteCount: size)
            unsafe target += size
            return
        }
        let (length, stride) = (shape[dimension], strides[dimension])
        guard dimension == shape.count - 1 else {
            for index in 0..<length {
                unsafe gather(dimension: dimension + 1, from: place + index * stride, into: &target)
            }
            return
        }
        if stride == size {
            unsafe target.copyMemory(from: place, byteCount: length * size)
        } else {
            // By words where the element is one: a call for each would take most of the time.
            switch size {
            case 1: unsafe copy(UInt8.self, length, stride, from: place, into: target)
            case 2: unsafe copy(UInt16.self, length, stride, from: place, into: target)
            case 4: unsafe copy(UInt32.self, length, stride, from: place, into: target)
            case 8: unsafe copy(UInt64.self, length, stride, from: place, into: target)
            default:
                for index in 0..<length {
                    unsafe (target + index * size).copyMemory(from: place + index * stride, byteCount: size)
                }
            }
        }
        unsafe target += length * size
    }

    private func copy<Word: FixedWidthInteger & BitwiseCopyable>(
        _: Word.Type, _ length: Int, _ stride: Int, from place: UnsafeRawPointer, into target: UnsafeMutableRawPointer
    ) {
        for index in 0..<length {
            let word = unsafe (place + index * stride).loadUnaligned(as: Word.self)
            unsafe target.storeBytes(of: word, toByteOffset: index * MemoryLayout<Word>.size, as: Word.self)
        }
    }
}
