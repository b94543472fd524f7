extension Bool: PythonCodable {
    /// Writes a `bool`.
    @inlinable public func encode(to encoder: inout WireEncoder) throws(WireError) {
        encoder.tag(self ? .true : .false)
    }

    /// Reads a `bool`; numbers are none.
    @inlinable public init(from decoder: inout WireDecoder) throws(WireError) {
        switch try decoder.peek() {
        case .true: self = true
        case .false: self = false
        default: throw decoder.mismatch(expected: "Bool")
        }
        decoder.position += 1
    }
}

extension String: PythonCodable {
    /// Writes a `str`.
    @inlinable public func encode(to encoder: inout WireEncoder) throws(WireError) {
        guard utf8.count <= WireLimit.frame else { throw .tooLarge(bytes: utf8.count, limit: WireLimit.frame) }
        let isContiguous: Void? = unsafe utf8.withContiguousStorageIfAvailable {
            unsafe encoder.str(utf8: UnsafeRawBufferPointer($0))
        }
        if isContiguous == nil { encoder.str(self) }
    }

    /// Reads a `str`.
    @inlinable public init(from decoder: inout WireDecoder) throws(WireError) {
        if !decoder.isNext(.str8), try decoder.peek() != .str32 { throw decoder.mismatch(expected: "String") }
        self = try decoder.str()
    }
}

extension Optional: PythonEncodable where Wrapped: PythonEncodable {
    /// Writes the value, or `None`.
    @inlinable public func encode(to encoder: inout WireEncoder) throws(WireError) {
        if let value = self { try value.encode(to: &encoder) } else { encoder.tag(.none) }
    }
}

extension Optional: PythonDecodable where Wrapped: PythonDecodable {
    /// Reads a value, or nil from `None`.
    @inlinable public init(from decoder: inout WireDecoder) throws(WireError) {
        if decoder.isNext(.none) {
            decoder.position += 1
            self = nil
        } else {
            self = try decoder.decode(Wrapped.self)
        }
    }
}

/// A case of an enum with raw values: as its raw value, which the macro calls these with.
extension WireDecoder {
    /// Reads a raw value, and makes the case of it.
    ///
    /// - Parameter expected: what is allowed, in words.
    /// - Throws: ``WireError/mismatch(path:expected:found:)``, or what is wrong with the bytes.
    @inlinable @_lifetime(self: copy self)
    public mutating func rawValue<Value: RawRepresentable>(
        of type: Value.Type, expected: String
    ) throws(WireError) -> Value where Value.RawValue: PythonDecodable {
        let start = position
        let raw: Value.RawValue
        do throws(WireError) { raw = try Value.RawValue(from: &self) } catch {
            guard error.isMismatch else { throw error }
            position = start
            throw mismatch(expected: expected)
        }
        if let value = Value(rawValue: raw) { return value }
        position = start
        throw mismatch(expected: expected)
    }
}
