/// An array of numbers that Swift and Python see in the same memory, without a copy.
///
/// ```swift
/// let rows = try SharedArray.zeros(.float32, [1000, 64])
/// try rows.withMutableSpan(of: Float.self) { $0[0] = 1 }
/// let sum = try await python.call("numpy.sum", [.array(rows)])
/// ```
///
/// In Python it is a numpy array, or a `memoryview` where numpy is not installed. What Python returns, be it a numpy array, a torch tensor in
/// main memory or anything else with the buffer protocol, arrives as one of these. The memory is freed when nobody on either side holds it
/// any more, also when one side crashes.
///
/// There is one writer at a time. Python gets an array read-only; to let a call write, pass ``writable``. Until Python's views are gone then,
/// Swift can neither read nor write the elements, and is told so by ``SharedArrayError/inUse(by:)``.
///
/// An array of up to 16 kB is copied along with the call, as that is faster, unless it is ``writable``.
public final class SharedArray: Sendable {
    package let layout: ArrayLayout
    package let block: ArrayBlock
    /// Whether Python may write through the array when it is passed.
    public let isWritable: Bool
    /// Keeps the peer that made the block from using it for something else.
    let hold: BlockHold?

    package init(_ layout: ArrayLayout, in block: ArrayBlock, isWritable: Bool = false, hold: BlockHold? = nil) {
        self.layout = layout
        self.block = block
        self.isWritable = isWritable
        self.hold = hold
    }

    /// What the elements are.
    public var dtype: DType { layout.dtype }
    /// The length of each dimension; none for a single number.
    public var shape: [Int] { layout.shape }
    /// Bytes from one element to the next of each dimension, as numpy has them; negative where a dimension runs backwards.
    public var strides: [Int] { layout.strides }
    /// How many elements there are.
    public var count: Int { layout.count }
    /// How many bytes the elements have.
    public var byteCount: Int { layout.byteCount }
    /// Whether the elements lie one after the other, the last index first, as ``withSpan(of:_:)`` wants them.
    public var isContiguous: Bool { layout.isContiguous }
}

extension SharedArray {
    /// The largest array that is copied along with a call rather than shared, in bytes.
    package static let inlineLimit = 16 << 10

    /// Makes an array of zeros.
    ///
    /// - Throws: ``SharedArrayError/shapeMismatch(shape:elements:)`` for a negative length; ``SharedArrayError/system(problem:remedy:)`` when
    ///   the kernel refuses the memory.
    public static func zeros(_ dtype: DType, _ shape: [Int]) throws(SharedArrayError) -> SharedArray {
        if case .bytes(let width) = dtype, width < 1 { throw .shapeMismatch(shape: shape, elements: 0) }
        let layout = try ArrayLayout(dtype, contiguous: shape)
        guard layout.byteCount <= Int.max / 2 else { throw .shapeMismatch(shape: shape, elements: layout.count) }
        return try SharedArray(new: layout)
    }

    /// Makes an array of zeros in a block of its own, which is shared from the start if the array is large.
    convenience init(new layout: ArrayLayout) throws(SharedArrayError) {
        let isLarge = layout.byteCount > Self.inlineLimit
        self.init(layout, in: try ArrayBlock(capacity: layout.byteCount, shared: isLarge))
    }

    /// Makes an array of elements, the last index first.
    ///
    /// - Parameter shape: the length of each dimension; nil for one dimension.
    /// - Throws: ``SharedArrayError/shapeMismatch(shape:elements:)``, ``SharedArrayError/system(problem:remedy:)``.
    public convenience init<Element: SharedArrayElement>(
        _ elements: [Element], shape: [Int]? = nil
    ) throws(SharedArrayError) {
        let shape = shape ?? [elements.count]
        let layout = try ArrayLayout(Element.dtype, contiguous: shape)
        guard layout.count == elements.count else { throw .shapeMismatch(shape: shape, elements: elements.count) }
        try self.init(new: layout)
        unsafe elements.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return }
            // Sound: nobody else has the block yet, and it holds as many bytes.
            unsafe block.data.copyMemory(from: start, byteCount: bytes.count)
        }
    }

    /// The same elements in the same memory; a call that gets this may write them.
    public var writable: SharedArray { SharedArray(layout, in: block, isWritable: true, hold: hold) }
}

extension SharedArray: Hashable {
    /// Whether both are the same memory seen in the same way; not whether the elements are alike.
    public static func == (left: SharedArray, right: SharedArray) -> Bool {
        left.block == right.block && left.layout == right.layout
    }

    /// Hashes which memory it is.
    public func hash(into hasher: inout Hasher) { hasher.combine(block) }
}

extension SharedArray: CustomStringConvertible {
    /// Type and shape.
    public var description: String { "\(dtype) array of shape \(shape)" }
}
