// What the macro's conformances, and those made by hand, are written with.
extension WireDecoder {
    /// Begins a `dict` that is read as a value of `type`, and says how many entries it has; ``close()`` ends it.
    ///
    /// - Throws: ``WireError/mismatch(path:expected:found:)``, ``WireError/tooDeep(limit:)``, or what is wrong with the bytes.
    @inlinable @_lifetime(self: copy self)
    public mutating func openDict<Value>(for type: Value.Type) throws(WireError) -> Int {
        guard try peek() == .dict else { throw mismatch(expected: "\(type)") }
        position += 1
        try open()
        return try count(unit: 2)
    }

    /// Reads the next key of a `dict` if it is this one.
    ///
    /// - Parameters:
    ///   - name: the key, of at most 255 bytes of UTF-8.
    ///   - left: the entries that are left; one fewer afterwards if this returns true.
    @inlinable @inline(__always) @_lifetime(self: copy self)
    public mutating func take(key name: StaticString, of left: inout Int) -> Bool {
        guard left > 0, takeConstant(name) else { return false }
        left -= 1
        return true
    }

    /// Reads past the next entry of a `dict`.
    ///
    /// - Parameter left: the entries that are left; one fewer afterwards.
    @inlinable @_lifetime(self: copy self)
    public mutating func skipEntry(of left: inout Int) throws(WireError) {
        try skip()
        try skip()
        left -= 1
    }

    /// Reads the value of an entry.
    ///
    /// - Throws: as ``PythonDecodable/init(from:)`` does, with the key in the path.
    @inlinable @inline(__always) @_lifetime(self: copy self)
    public mutating func decode<Value: PythonDecodable>(
        _ type: Value.Type, at key: StaticString
    ) throws(WireError) -> Value {
        do throws(WireError) { return try decode(Value.self) } catch { throw error.within(key) }
    }

    /// Reads the next value if it is this `str`, of at most 255 bytes of UTF-8.
    @inlinable @inline(__always) @_lifetime(self: copy self)
    public mutating func takeConstant(_ text: StaticString) -> Bool {
        let length = text.utf8CodeUnitCount
        guard remaining >= 2 + length, let base = unsafe base else { return false }
        // Sound: `2 + length` bytes are left, and a static string holds `length` bytes.
        let place = unsafe base + position
        let head = UInt16(littleEndian: unsafe place.loadUnaligned(as: UInt16.self))
        guard head == UInt16(WireTag.str8.rawValue) | UInt16(truncatingIfNeeded: length) << 8,
            unsafe Self.areEqual(place + 2, UnsafeRawPointer(text.utf8Start), count: length)
        else { return false }
        position += 2 + length
        return true
    }

    /// Whether two places hold the same bytes. Against a constant of known length this is a few comparisons with immediate values.
    @inlinable @inline(__always) static func areEqual(_ left: UnsafeRawPointer, _ right: UnsafeRawPointer, count: Int)
        -> Bool
    {
        // Sound: every load ends at or before `count`, which is what the caller has of both.
        var index = 0
        while index + 8 <= count {
            guard
                unsafe (left + index).loadUnaligned(as: UInt64.self)
                    == (right + index).loadUnaligned(as: UInt64.self)
            else { return false }
            index += 8
        }
        if index + 4 <= count {
            guard
                unsafe (left + index).loadUnaligned(as: UInt32.self)
                    == (right + index).loadUnaligned(as: UInt32.self)
            else { return false }
            index += 4
        }
        while index < count {
            guard unsafe (left + index).load(as: UInt8.self) == (right + index).load(as: UInt8.self) else {
                return false
            }
            index += 1
        }
        return true
    }
}

// Objects of types that a converter stands for in Python: its name, then the payload, one value.
extension WireDecoder {
    /// Reads the name of the converter if the next value is an object of this one; its payload, one value, comes next.
    @inlinable @_lifetime(self: copy self)
    public mutating func take(extended name: StaticString) throws(WireError) -> Bool {
        guard try peek() == .extended else { return false }
        position += 1
        if takeConstant(name) { return true }
        position -= 1
        return false
    }

    /// Begins a `tuple` if the next value is one of this many elements; ``close()`` ends it.
    @inlinable @_lifetime(self: copy self)
    public mutating func openTuple(count: Int) throws(WireError) -> Bool {
        let start = position
        guard try peek() == .tuple else { return false }
        position += 1
        guard try self.count(unit: 1) == count else {
            position = start
            return false
        }
        try open()
        return true
    }

    /// The name of the case that an entry of the next `dict` holds, wherever it stands in it. Reads nothing.
    ///
    /// - Throws: ``WireError/mismatch(path:expected:found:)``, or what is wrong with the bytes.
    @_lifetime(self: copy self)
    public mutating func caseName<Value>(of type: Value.Type, at key: StaticString) throws(WireError) -> String {
        let start = place
        defer { place = start }
        var left = try openDict(for: type)
        defer { close() }
        while left > 0 {
            if take(key: key, of: &left) { return try decode(String.self, at: key) }
            try skipEntry(of: &left)
        }
        throw missing(key, expected: "\(type)")
    }
}
