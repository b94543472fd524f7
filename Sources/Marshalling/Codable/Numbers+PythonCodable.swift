// Integers are read from an `int` that fits; a `bool` is none. Floating-point numbers are read from a `float`, or from an `int` that
// they hold exactly.

extension WireEncoder {
    /// Writes an `int` of any width.
    @inlinable public mutating func int<Number: FixedWidthInteger>(wide value: Number) {
        if let small = Int(exactly: value) { return int(small) }
        let integer = PythonInteger(wide: value)
        header(.bigInt, count: integer.littleEndianBytes.count)
        for byte in integer.littleEndianBytes { unsafe reserve(1).storeBytes(of: byte, as: UInt8.self) }
    }
}

extension WireDecoder {
    /// Reads an `int` that fits the type.
    ///
    /// - Throws: ``WireError/mismatch(path:expected:found:)``, or what is wrong with the bytes.
    @inlinable @_lifetime(self: copy self)
    public mutating func int<Number: FixedWidthInteger>(_ type: Number.Type) throws(WireError) -> Number {
        let start = position
        if isNext(.int8) {
            position += 1
            if let number = Number(exactly: try number(Int8.self)) { return number }
        } else if isNext(.int32) {
            position += 1
            if let number = Number(exactly: try number(Int32.self)) { return number }
        } else if isNext(.int64) {
            position += 1
            if let number = Number(exactly: try number(Int64.self)) { return number }
        } else if try peek() == .bigInt {
            if let number = try bigInt(type) { return number }
        }
        position = start
        throw mismatch(expected: "\(type)")
    }

    /// Reads an `int` of any size; nil when the type does not hold it.
    @usableFromInline @_lifetime(self: copy self)
    mutating func bigInt<Number: FixedWidthInteger>(_ type: Number.Type) throws(WireError) -> Number? {
        _ = try tag()
        let length = try count(unit: 1)
        // Sound: `take` checked that the bytes are there.
        let bytes = unsafe UnsafeRawBufferPointer(start: try take(length), count: length)
        let isNegative = unsafe (bytes.last ?? 0) & 0x80 != 0
        let sign: UInt8 = isNegative ? 0xFF : 0
        let width = Number.bitWidth / 8
        var bits: Number.Magnitude = isNegative ? .max : 0
        for index in (0..<length).reversed() {
            if index >= width {
                guard unsafe bytes[index] == sign else { return nil }
            } else {
                bits = bits << 8 | Number.Magnitude(truncatingIfNeeded: unsafe bytes[index])
            }
        }
        let number = Number(truncatingIfNeeded: bits)
        // The sign that was dropped must be the one that the number has: 2⁶³ is no Int, and -1 no UInt.
        return (number < 0) == isNegative ? number : nil
    }

    /// Reads a `float`, or an `int` that a double holds exactly.
    ///
    /// - Throws: ``WireError/mismatch(path:expected:found:)``, or what is wrong with the bytes.
    @usableFromInline @_lifetime(self: copy self)
    mutating func double(expected: String) throws(WireError) -> Double {
        let start = position
        switch try peek() {
        case .float:
            position += 1
            return Double(bitPattern: try number(UInt64.self))
        case .int8, .int32, .int64:
            if let number = Double(exactly: try int(Int64.self)) { return number }
        case .bigInt:
            if let integer = try bigInt(Int128.self), let number = Double(exactly: integer) { return number }
        default: break
        }
        position = start
        throw mismatch(expected: expected)
    }
}

extension Double: PythonCodable {
    /// Writes a `float`.
    @inlinable public func encode(to encoder: inout WireEncoder) throws(WireError) { encoder.float(self) }

    /// Reads a `float`, or an `int` that a `Double` holds exactly.
    @inlinable public init(from decoder: inout WireDecoder) throws(WireError) {
        if decoder.isNext(.float), decoder.remaining >= 9 {
            decoder.position += 1
            self.init(bitPattern: try decoder.number(UInt64.self))
        } else {
            self = try decoder.double(expected: "Double")
        }
    }
}

extension Float: PythonCodable {
    /// Writes a `float`, which holds every `Float` exactly.
    @inlinable public func encode(to encoder: inout WireEncoder) throws(WireError) { encoder.float(Double(self)) }

    /// Reads a `float`, rounded to the nearest `Float`, or an `int` that a `Float` holds exactly. A finite number beyond its range is refused.
    public init(from decoder: inout WireDecoder) throws(WireError) {
        let start = decoder.position
        let isInteger = try decoder.peek() != .float
        let number = try decoder.double(expected: "Float")
        self = Float(number)
        guard isInteger ? Double(self) == number : isFinite || !number.isFinite else {
            decoder.position = start
            throw decoder.mismatch(expected: "Float")
        }
    }
}

extension Int: PythonCodable {
    /// Writes an `int`.
    @inlinable public func encode(to encoder: inout WireEncoder) throws(WireError) { encoder.int(self) }

    /// Reads an `int` that fits.
    @inlinable public init(from decoder: inout WireDecoder) throws(WireError) {
        self = try decoder.int(Int.self)
    }
}

extension Int8: PythonCodable {
    /// Writes an `int`.
    @inlinable public func encode(to encoder: inout WireEncoder) throws(WireError) { encoder.int(Int(self)) }

    /// Reads an `int` that fits.
    @inlinable public init(from decoder: inout WireDecoder) throws(WireError) {
        self = try decoder.int(Int8.self)
    }
}

extension Int16: PythonCodable {
    /// Writes an `int`.
    @inlinable public func encode(to encoder: inout WireEncoder) throws(WireError) { encoder.int(Int(self)) }

    /// Reads an `int` that fits.
    @inlinable public init(from decoder: inout WireDecoder) throws(WireError) {
        self = try decoder.int(Int16.self)
    }
}

extension Int32: PythonCodable {
    /// Writes an `int`.
    @inlinable public func encode(to encoder: inout WireEncoder) throws(WireError) { encoder.int(Int(self)) }

    /// Reads an `int` that fits.
    @inlinable public init(from decoder: inout WireDecoder) throws(WireError) {
        self = try decoder.int(Int32.self)
    }
}

extension Int64: PythonCodable {
    /// Writes an `int`.
    @inlinable public func encode(to encoder: inout WireEncoder) throws(WireError) { encoder.int(Int(self)) }

    /// Reads an `int` that fits.
    @inlinable public init(from decoder: inout WireDecoder) throws(WireError) {
        self = try decoder.int(Int64.self)
    }
}

extension Int128: PythonCodable {
    /// Writes an `int`.
    @inlinable public func encode(to encoder: inout WireEncoder) throws(WireError) { encoder.int(wide: self) }

    /// Reads an `int` that fits.
    @inlinable public init(from decoder: inout WireDecoder) throws(WireError) {
        self = try decoder.int(Int128.self)
    }
}

extension UInt: PythonCodable {
    /// Writes an `int`.
    @inlinable public func encode(to encoder: inout WireEncoder) throws(WireError) { encoder.int(wide: self) }

    /// Reads an `int` that fits.
    @inlinable public init(from decoder: inout WireDecoder) throws(WireError) {
        self = try decoder.int(UInt.self)
    }
}

extension UInt8: PythonCodable {
    /// Writes an `int`.
    @inlinable public func encode(to encoder: inout WireEncoder) throws(WireError) { encoder.int(Int(self)) }

    /// Reads an `int` that fits.
    @inlinable public init(from decoder: inout WireDecoder) throws(WireError) {
        self = try decoder.int(UInt8.self)
    }
}

extension UInt16: PythonCodable {
    /// Writes an `int`.
    @inlinable public func encode(to encoder: inout WireEncoder) throws(WireError) { encoder.int(Int(self)) }

    /// Reads an `int` that fits.
    @inlinable public init(from decoder: inout WireDecoder) throws(WireError) {
        self = try decoder.int(UInt16.self)
    }
}

extension UInt32: PythonCodable {
    /// Writes an `int`.
    @inlinable public func encode(to encoder: inout WireEncoder) throws(WireError) { encoder.int(Int(self)) }

    /// Reads an `int` that fits.
    @inlinable public init(from decoder: inout WireDecoder) throws(WireError) {
        self = try decoder.int(UInt32.self)
    }
}

extension UInt64: PythonCodable {
    /// Writes an `int`.
    @inlinable public func encode(to encoder: inout WireEncoder) throws(WireError) { encoder.int(wide: self) }

    /// Reads an `int` that fits.
    @inlinable public init(from decoder: inout WireDecoder) throws(WireError) {
        self = try decoder.int(UInt64.self)
    }
}

extension UInt128: PythonCodable {
    /// Writes an `int`.
    @inlinable public func encode(to encoder: inout WireEncoder) throws(WireError) { encoder.int(wide: self) }

    /// Reads an `int` that fits.
    @inlinable public init(from decoder: inout WireDecoder) throws(WireError) {
        self = try decoder.int(UInt128.self)
    }
}
