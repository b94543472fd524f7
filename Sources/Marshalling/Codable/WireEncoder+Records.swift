// What the macro's conformances, and those made by hand, are written with.
extension WireEncoder {
    /// Begins a container, whose elements (entries: key and value by turns) follow; ``close()`` ends it.
    ///
    /// - Throws: ``WireError/tooDeep(limit:)``, ``WireError/tooLarge(bytes:limit:)``.
    @inlinable @inline(__always) public mutating func open(_ tag: WireTag, count: Int) throws(WireError) {
        guard depth < WireLimit.depth else { throw .tooDeep(limit: WireLimit.depth) }
        guard count <= WireLimit.frame else { throw .tooLarge(bytes: count, limit: WireLimit.frame) }
        depth += 1
        header(tag, count: count)
    }

    /// Ends a container.
    @inlinable public mutating func close() { depth -= 1 }

    /// Begins a `dict` of `count` entries, each written by ``encode(_:at:)``; ``close()`` ends it.
    ///
    /// - Throws: ``WireError/tooDeep(limit:)``.
    @inlinable public mutating func openDict(count: Int) throws(WireError) { try open(.dict, count: count) }

    /// Writes one entry of a `dict`.
    @inlinable @inline(__always) public mutating func encode(
        _ value: some PythonEncodable, at key: StaticString
    ) throws(WireError) {
        constant(key)
        try value.encode(to: &self)
    }

    /// Writes a `str` that stands in the source, of at most 255 bytes of UTF-8.
    @inlinable @inline(__always) public mutating func constant(_ text: StaticString) {
        let length = text.utf8CodeUnitCount
        precondition(length <= 0xFF)
        let place = unsafe reserve(2 + length)
        // Sound: `2 + length` bytes were reserved, and a static string holds `length` bytes.
        unsafe place.storeBytes(
            of: (UInt16(WireTag.str8.rawValue) | UInt16(length) << 8).littleEndian, as: UInt16.self)
        unsafe (place + 2).copyMemory(from: text.utf8Start, byteCount: length)
    }

    /// Throws ``WireError/tooLarge(bytes:limit:)`` if more was written than a frame holds.
    @inlinable public borrowing func finish() throws(WireError) {
        guard count <= WireLimit.frame else { throw .tooLarge(bytes: count, limit: WireLimit.frame) }
    }
}

// Objects of types that a converter stands for in Python: its name, then the payload, one value.
extension WireEncoder {
    /// Begins an object of the converter's type; its payload, one value, follows.
    @inlinable public mutating func open(extended name: StaticString) {
        tag(.extended)
        constant(name)
    }
}
