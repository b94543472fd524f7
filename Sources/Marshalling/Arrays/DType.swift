/// What the elements of a ``SharedArray`` are, in numpy's terms and in the byte order of the machine.
public enum DType: Sendable, Hashable {
    /// One byte, 0 or 1.
    case bool
    /// Signed integers of 1, 2, 4 and 8 bytes.
    case int8, int16, int32, int64
    /// Unsigned integers of 1, 2, 4 and 8 bytes.
    case uint8, uint16, uint32, uint64
    /// Floating point numbers of 2, 4 and 8 bytes.
    case float16, float32, float64
    /// Two ``float32`` or ``float64`` each: the real and the imaginary part.
    case complex64, complex128
    /// So many bytes each: numpy's `S`. At least one.
    case bytes(Int)

    /// Bytes of one element.
    public var itemSize: Int {
        switch self {
        case .bool, .int8, .uint8: 1
        case .int16, .uint16, .float16: 2
        case .int32, .uint32, .float32: 4
        case .int64, .uint64, .float64, .complex64: 8
        case .complex128: 16
        case .bytes(let count): count
        }
    }
}

extension DType: CustomStringConvertible {
    /// numpy's name of the type; `S` and the width for bytes.
    public var description: String {
        switch self {
        case .bool: "bool"
        case .int8: "int8"
        case .int16: "int16"
        case .int32: "int32"
        case .int64: "int64"
        case .uint8: "uint8"
        case .uint16: "uint16"
        case .uint32: "uint32"
        case .uint64: "uint64"
        case .float16: "float16"
        case .float32: "float32"
        case .float64: "float64"
        case .complex64: "complex64"
        case .complex128: "complex128"
        case .bytes(let count): "S\(count)"
        }
    }
}

extension DType {
    /// The types of a fixed size, in the order of their numbers on the wire.
    private static let numbered: [DType] = [
        .bool, .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .float16, .float32, .float64,
        .complex64, .complex128,
    ]
    private static let bytesCode: UInt8 = 255

    /// The number on the wire.
    package var code: UInt8 {
        if case .bytes = self { return Self.bytesCode }
        return UInt8(truncatingIfNeeded: Self.numbered.firstIndex(of: self) ?? 0)
    }

    /// Reads what stands on the wire; nil for what never stands there.
    package init?(code: UInt8, itemSize: Int) {
        if code == Self.bytesCode, itemSize > 0 {
            self = .bytes(itemSize)
        } else if Int(code) < Self.numbered.count, Self.numbered[Int(code)].itemSize == itemSize {
            self = Self.numbered[Int(code)]
        } else {
            return nil
        }
    }

    /// The format of Python's buffer protocol (PEP 3118).
    package var bufferFormat: String {
        switch self {
        case .bool: "?"
        case .int8: "b"
        case .int16: "h"
        case .int32: "i"
        case .int64: "q"
        case .uint8: "B"
        case .uint16: "H"
        case .uint32: "I"
        case .uint64: "Q"
        case .float16: "e"
        case .float32: "f"
        case .float64: "d"
        case .complex64: "Zf"
        case .complex128: "Zd"
        case .bytes(let count): "\(count)s"
        }
    }

    /// Reads what ``description`` makes; nil for anything else.
    package init?(name: String) {
        if name.first == "S", let width = Int(name.dropFirst()), width > 0 {
            self = .bytes(width)
        } else if let type = Self.numbered.first(where: { $0.description == name }) {
            self = type
        } else {
            return nil
        }
    }

    /// Reads a format of the buffer protocol, whose letters are of different sizes with different writers: the item size decides.
    ///
    /// - Returns: nil for records, objects, text, dates and numbers in the other byte order.
    package init?(bufferFormat: String, itemSize: Int) {
        var letters = Substring(bufferFormat)
        // The machine's order, as such or as the little-endian that it is; single bytes have no order.
        if let mark = letters.first, "@=<".contains(mark) || (itemSize == 1 && ">!|".contains(mark)) {
            letters = letters.dropFirst()
        }
        if letters.last == "s", let width = letters.count == 1 ? 1 : Int(letters.dropLast()), width == itemSize,
            width > 0
        {
            self = .bytes(width)
            return
        }
        switch (letters, itemSize) {
        case ("?", 1): self = .bool
        case ("Zf", 8): self = .complex64
        case ("Zd", 16): self = .complex128
        case ("e", 2): self = .float16
        case ("f", 4): self = .float32
        case ("d", 8), ("g", 8): self = .float64
        case ("c", 1): self = .bytes(1)
        case ("b", 1): self = .int8
        case ("B", 1): self = .uint8
        default:
            guard letters.count == 1, let letter = letters.first else { return nil }
            if "hilqn".contains(letter) {
                guard let type = [2: DType.int16, 4: .int32, 8: .int64][itemSize] else { return nil }
                self = type
            } else if "HILQN".contains(letter) {
                guard let type = [2: DType.uint16, 4: .uint32, 8: .uint64][itemSize] else { return nil }
                self = type
            } else {
                return nil
            }
        }
    }
}
