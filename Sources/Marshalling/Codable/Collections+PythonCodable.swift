// `[UInt8]` is `bytes`, as in ``PythonValue``, and is read from a `bytearray` and a list of small ints too. Every other array is a `list`, and is read
// from a `list` or `tuple`. A count on the wire is a claim: memory grows with what was really read.

extension WireDecoder {
    /// How many elements room is made for at once when the wire announces `count`: at most 64 KiB of them.
    @inlinable static func firstCapacity<Element>(_ count: Int, of type: Element.Type) -> Int {
        min(count, max(1, (1 << 16) / max(1, MemoryLayout<Element>.stride)))
    }

    /// Reads a packed list of floats.
    @usableFromInline @_lifetime(self: copy self)
    mutating func packedFloats() throws(WireError) -> [Double] {
        _ = try tag()
        let count = try count(unit: 8)
        let place = unsafe try take(count * 8)
        return unsafe [Double](count: count) { elements in
            // Sound: `take` checked that eight bytes are there for each element, and as many are initialized.
            for index in 0..<count {
                let bits = UInt64(littleEndian: unsafe (place + index * 8).loadUnaligned(as: UInt64.self))
                unsafe (elements + index).initialize(to: Double(bitPattern: bits))
            }
        }
    }

    /// Reads `bytes`.
    @usableFromInline @_lifetime(self: copy self)
    mutating func byteElements() throws(WireError) -> [UInt8] {
        _ = try tag()
        let length = try count(unit: 1)
        // Sound: `take` checked that the bytes are there.
        return unsafe [UInt8](UnsafeRawBufferPointer(start: try take(length), count: length))
    }

    /// Reads a packed list of floats as elements that make themselves of a `float`.
    @usableFromInline @_lifetime(self: copy self)
    mutating func unpackedFloats<Element: PythonDecodable>(_ type: Element.Type) throws(WireError) -> [Element] {
        var elements: [Element] = []
        for (index, number) in try packedFloats().enumerated() {
            do throws(WireError) { elements.append(try Element(wireForm: number.wireForm())) } catch {
                throw error.within(index)
            }
        }
        return elements
    }

    /// Reads elements by turns.
    @inlinable @_lifetime(self: copy self)
    mutating func elements<Element: PythonDecodable>(_ type: Element.Type) throws(WireError) -> [Element] {
        position += 1
        try open()
        let count = try count(unit: 1)
        var elements: [Element] = []
        elements.reserveCapacity(Self.firstCapacity(count, of: type))
        for index in 0..<count {
            do throws(WireError) { elements.append(try decode(Element.self)) } catch { throw error.within(index) }
        }
        close()
        return elements
    }
}

extension Array: PythonEncodable where Element: PythonEncodable {
    /// Writes a `list`; `bytes` of an array of `UInt8`.
    @inlinable public func encode(to encoder: inout WireEncoder) throws(WireError) {
        guard count <= WireLimit.frame else { throw .tooLarge(bytes: count, limit: WireLimit.frame) }
        // Which of the three it is, is known when this is compiled for an element type. Sound: the types are the same.
        if Element.self == Double.self, !isEmpty {
            encoder.floats(unsafe unsafeBitCast(self, to: [Double].self))
        } else if Element.self == UInt8.self {
            let bytes = unsafe unsafeBitCast(self, to: [UInt8].self)
            encoder.header(.bytes, count: count)
            unsafe bytes.withUnsafeBytes { unsafe encoder.raw($0) }
        } else {
            try encoder.open(.list, count: count)
            // In place: iterating would copy each element, and count its references up and down. Sound: `indices` are the buffer's.
            try unsafe withUnsafeBufferPointer { (elements) throws(WireError) in
                for index in elements.indices { try unsafe elements[index].encode(to: &encoder) }
            }
            encoder.close()
        }
    }
}

extension Array: PythonDecodable where Element: PythonDecodable {
    /// Reads a `list` or `tuple`, or the elements of an array of numpy's; an array of `UInt8` from `bytes` too.
    @inlinable public init(from decoder: inout WireDecoder) throws(WireError) {
        switch try decoder.peek() {
        case .list, .tuple: self = try decoder.elements(Element.self)
        case .floatList:
            // Sound: the types are the same.
            self =
                Element.self == Double.self
                ? unsafe unsafeBitCast(try decoder.packedFloats(), to: [Element].self)
                : try decoder.unpackedFloats(Element.self)
        case .bytes where Element.self == UInt8.self, .bytearray where Element.self == UInt8.self:
            self = unsafe unsafeBitCast(try decoder.byteElements(), to: [Element].self)
        case .array: self = try decoder.arrayElements(Element.self)
        default: throw decoder.mismatch(expected: "\(Self.self)")
        }
    }
}

extension WireEncoder {
    /// Writes a list of nothing but floats, packed.
    @inlinable mutating func floats(_ numbers: [Double]) {
        header(.floatList, count: numbers.count)
        let place = unsafe reserve(numbers.count * 8)
        for index in numbers.indices {
            // Sound: eight bytes were reserved for each element.
            unsafe (place + index * 8).storeBytes(of: numbers[index].bitPattern.littleEndian, as: UInt64.self)
        }
    }
}

extension Set: PythonEncodable where Element: PythonEncodable {
    /// Writes a `set`, in no particular order.
    @inlinable public func encode(to encoder: inout WireEncoder) throws(WireError) {
        try encoder.open(.set, count: count)
        for element in self { try element.encode(to: &encoder) }
        encoder.close()
    }
}

extension Set: PythonDecodable where Element: PythonDecodable {
    /// Reads a `set` or `frozenset`.
    @inlinable public init(from decoder: inout WireDecoder) throws(WireError) {
        switch try decoder.peek() {
        case .set, .frozenset: break
        default: throw decoder.mismatch(expected: "\(Self.self)")
        }
        decoder.position += 1
        try decoder.open()
        let count = try decoder.count(unit: 1)
        self.init(minimumCapacity: WireDecoder.firstCapacity(count, of: Element.self))
        for index in 0..<count {
            do throws(WireError) { insert(try decoder.decode(Element.self)) } catch {
                throw error.within(element: index)
            }
        }
        decoder.close()
    }
}

extension Dictionary: PythonEncodable where Key: PythonEncodable, Value: PythonEncodable {
    /// Writes a `dict`, in no particular order; a ``PythonDictionary`` keeps one.
    @inlinable public func encode(to encoder: inout WireEncoder) throws(WireError) {
        try encoder.open(.dict, count: count)
        for (key, value) in self {
            try key.encode(to: &encoder)
            try value.encode(to: &encoder)
        }
        encoder.close()
    }
}

extension Dictionary: PythonDecodable where Key: PythonDecodable, Value: PythonDecodable {
    /// Reads a `dict`, every key of which must be a `Key`.
    @inlinable public init(from decoder: inout WireDecoder) throws(WireError) {
        guard try decoder.peek() == .dict else { throw decoder.mismatch(expected: "\(Self.self)") }
        decoder.position += 1
        try decoder.open()
        let count = try decoder.count(unit: 2)
        self.init(minimumCapacity: WireDecoder.firstCapacity(count, of: Element.self))
        for index in 0..<count {
            let key: Key
            do throws(WireError) { key = try decoder.decode(Key.self) } catch { throw error.within(key: index) }
            do throws(WireError) { self[key] = try decoder.decode(Value.self) } catch { throw error.within(entry: key) }
        }
        decoder.close()
    }
}

extension WireError {
    /// The same error, seen from the set around it: the element's place in the order in which Python iterated it.
    @inline(never) @usableFromInline func within(element index: Int) -> WireError { within(step: "{\(index)}") }

    /// The same error, seen from the `dict` whose key of this place it is about.
    @inline(never) @usableFromInline func within(key index: Int) -> WireError { within(step: "{key \(index)}") }

    /// The same error, seen from the `dict` around it.
    @inline(never) @usableFromInline func within<Key>(entry key: Key) -> WireError {
        guard isMismatch else { return self }
        let text = key as? String
        return within(step: "[\(text.map(WireDecoder.quoted) ?? "\(key)")]")
    }
}
