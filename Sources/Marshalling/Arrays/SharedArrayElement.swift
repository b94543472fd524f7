/// A Swift type whose values lie in a ``SharedArray`` as they lie in an array of Swift's.
///
/// `UInt8` also reads ``DType/bool`` and the bytes of ``DType/bytes(_:)``; Swift's own `Bool` reads neither, as a byte that comes from
/// elsewhere may be more than 0 and 1.
public protocol SharedArrayElement: BitwiseCopyable, Sendable {
    /// What an array made of these holds.
    static var dtype: DType { get }
    /// Whether an array of this type can be read as these.
    static func reads(_ dtype: DType) -> Bool
}

extension SharedArrayElement {
    /// Whether it is the one type.
    public static func reads(_ dtype: DType) -> Bool { dtype == Self.dtype }
}

extension Int8: SharedArrayElement {
    /// `int8`
    public static var dtype: DType { .int8 }
}
extension Int16: SharedArrayElement {
    /// `int16`
    public static var dtype: DType { .int16 }
}
extension Int32: SharedArrayElement {
    /// `int32`
    public static var dtype: DType { .int32 }
}
extension Int64: SharedArrayElement {
    /// `int64`
    public static var dtype: DType { .int64 }
}
extension Int: SharedArrayElement {
    /// `int64`
    public static var dtype: DType { .int64 }
}
extension UInt16: SharedArrayElement {
    /// `uint16`
    public static var dtype: DType { .uint16 }
}
extension UInt32: SharedArrayElement {
    /// `uint32`
    public static var dtype: DType { .uint32 }
}
extension UInt64: SharedArrayElement {
    /// `uint64`
    public static var dtype: DType { .uint64 }
}
extension UInt: SharedArrayElement {
    /// `uint64`
    public static var dtype: DType { .uint64 }
}
extension Float16: SharedArrayElement {
    /// `float16`
    public static var dtype: DType { .float16 }
}
extension Float: SharedArrayElement {
    /// `float32`
    public static var dtype: DType { .float32 }
}
extension Double: SharedArrayElement {
    /// `float64`
    public static var dtype: DType { .float64 }
}

extension UInt8: SharedArrayElement {
    /// `uint8`
    public static var dtype: DType { .uint8 }
    /// Whether it is a type of single bytes, or of several that are read one by one.
    public static func reads(_ dtype: DType) -> Bool {
        if case .bytes = dtype { return true }
        return dtype == .uint8 || dtype == .bool
    }
}

extension PythonComplex: SharedArrayElement {
    /// `complex128`
    public static var dtype: DType { .complex128 }
}

/// A complex number of two `Float`s, as arrays of ``DType/complex64`` hold them.
public struct ComplexFloat: Sendable, Hashable, BitwiseCopyable {
    /// The real part.
    public var real: Float
    /// The imaginary part.
    public var imaginary: Float

    /// Makes a number of its parts.
    public init(real: Float, imaginary: Float) {
        self.real = real
        self.imaginary = imaginary
    }
}

extension ComplexFloat: SharedArrayElement {
    /// `complex64`
    public static var dtype: DType { .complex64 }
}
