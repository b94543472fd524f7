/// Reads the wire form from bytes that nobody else can change.
///
/// What comes from a worker is untrusted: every length and count is checked against what is left before anything is allocated, and
/// nesting is bounded by ``WireLimit/depth``.
@safe @frozen public struct WireDecoder: ~Copyable, ~Escapable {
    @usableFromInline let base: UnsafeRawPointer?
    @usableFromInline let end: Int
    @usableFromInline var position: Int
    /// Numbers given to containers so far; see ``WireTag/mark``.
    @usableFromInline package var marks = 0
    /// The containers that are meant again, by number: a `PythonShared.Storage`, or what the worker makes of one.
    @usableFromInline package var shared: [Int: AnyObject] = [:]
    /// The depth of the deepest container since the one that is being measured began.
    @usableFromInline package var deepest = 0
    /// Those of the ``shared`` that were met inside themselves, and must not be looked into before they are complete.
    @usableFromInline package var unfinished: [AnyObject] = []
    @usableFromInline let context: (any WireContext)?
    /// Containers that typed values have entered and not left.
    @usableFromInline var depth = 0
    /// Where the containers stand that are meant again, by number, for who reads them again.
    @usableFromInline var places: [Int: Int] = [:]
    /// The handles that were made, by the place of their reference: each was pinned once, however often it is read.
    @usableFromInline var handles: [Int: PythonReference] = [:]
    /// Bytes read again so far.
    @usableFromInline var readAgain = 0

    /// Where the next byte is read, from the start.
    @inlinable public var offset: Int { position }

    /// Reads from a buffer that outlives the decoder.
    @_lifetime(borrow bytes)
    public init(_ bytes: borrowing UnsafeRawBufferPointer) {
        unsafe self.init(bytes, context: nil)
    }

    /// Reads from a buffer that outlives the decoder.
    ///
    /// - Parameter context: what gives meaning to references; without one they are refused.
    @_lifetime(borrow bytes)
    @usableFromInline package init(_ bytes: borrowing UnsafeRawBufferPointer, context: (any WireContext)?) {
        self.context = context
        unsafe base = bytes.baseAddress
        end = bytes.count
        position = 0
    }

    /// Bytes not yet read.
    @inlinable public var remaining: Int { end - offset }

    /// Takes `count` bytes; the place is valid as long as the buffer is.
    @inlinable @_lifetime(self: copy self)
    public mutating func take(_ count: Int) throws(WireError) -> UnsafeRawPointer {
        guard count <= end - offset, let base = unsafe base else { throw .truncated(offset: offset) }
        // Sound: `offset + count <= end`, checked above.
        let place = unsafe base + offset
        position += count
        return unsafe place
    }

    /// Reads a tag.
    @inlinable @_lifetime(self: copy self)
    public mutating func tag() throws(WireError) -> WireTag {
        let byte = unsafe try take(1).load(as: UInt8.self)
        guard let tag = WireTag(rawValue: byte) else { throw .unknownTag(offset: offset - 1, tag: byte) }
        return tag
    }

    /// Reads a 32-bit count of things that take at least `unit` bytes each, and checks it against what is left.
    @inlinable @_lifetime(self: copy self)
    public mutating func count(unit: Int) throws(WireError) -> Int {
        let count = Int(UInt32(littleEndian: unsafe try take(4).loadUnaligned(as: UInt32.self)))
        guard count * unit <= remaining else {
            throw .lyingLength(offset: offset - 4, claimed: count, available: remaining / unit)
        }
        return count
    }

    /// Reads the one-byte length of a short `str`, and checks it against what is left.
    @inlinable @_lifetime(self: copy self)
    public mutating func shortCount() throws(WireError) -> Int {
        let count = Int(unsafe try take(1).load(as: UInt8.self))
        guard count <= remaining else { throw .lyingLength(offset: offset - 1, claimed: count, available: remaining) }
        return count
    }

    /// The length of the short `str` that comes next, and is there whole; nil when something else does. Reads nothing.
    @inlinable public borrowing func peekShortStr() -> Int? {
        guard remaining >= 2, let base = unsafe base else { return nil }
        // Sound: two bytes are left.
        guard unsafe (base + position).load(as: UInt8.self) == WireTag.str8.rawValue else { return nil }
        let count = Int(unsafe (base + position + 1).load(as: UInt8.self))
        return count <= remaining - 2 ? count : nil
    }

    /// Reads one fixed-width number.
    @inlinable @_lifetime(self: copy self)
    public mutating func number<Number: FixedWidthInteger & BitwiseCopyable>(
        _ type: Number.Type
    ) throws(WireError) -> Number {
        Number(littleEndian: unsafe try take(MemoryLayout<Number>.size).loadUnaligned(as: Number.self))
    }

    /// Reads one whole value.
    ///
    /// - Throws: any ``WireError`` that speaks of an offset.
    @_lifetime(self: copy self)
    public mutating func value() throws(WireError) -> PythonValue { try value(depth: 0) }

    /// A value follows that was written by itself: nothing in it means a container that was read before.
    @_lifetime(self: copy self)
    package mutating func beginAnew() {
        marks = 0
        if !shared.isEmpty { shared = [:] }
        if !places.isEmpty { places = [:] }
    }

    /// Throws ``WireError/trailingBytes(offset:)`` unless everything was read.
    public borrowing func finish() throws(WireError) {
        guard remaining == 0 else { throw .trailingBytes(offset: offset) }
    }
}

extension WireDecoder {
    @_lifetime(self: copy self)
    private mutating func value(depth: Int) throws(WireError) -> PythonValue {
        try reach(depth)
        switch try tag() {
        case .none: return .none
        case .false: return .bool(false)
        case .true: return .bool(true)
        case .int8: return .int(Int(try number(Int8.self)))
        case .int32: return .int(Int(try number(Int32.self)))
        case .int64: return .int(Int(try number(Int64.self)))
        case .bigInt: return try bigInt()
        case .float: return .float(Double(bitPattern: try number(UInt64.self)))
        case .str8: return .string(try text(try shortCount()))
        case .str32: return .string(try text(try count(unit: 1)))
        case .complex:
            let real = Double(bitPattern: try number(UInt64.self))
            return .complex(PythonComplex(real: real, imaginary: Double(bitPattern: try number(UInt64.self))))
        case .surrogateStr: return try surrogateString()
        case .bytes: return .bytes(try countedBytes())
        case .bytearray: return .bytearray(try countedBytes())
        case .list: return .list(try elements(depth: depth))
        case .floatList: return try floatList()
        case .tuple: return .tuple(try elements(depth: depth))
        case .set: return .set(PythonSet(try elements(depth: depth)))
        case .frozenset: return .frozenset(PythonSet(try elements(depth: depth)))
        case .dict: return .dict(try dictionary(depth: depth))
        case .extended:
            guard case .string(let name) = try value(depth: depth + 1) else {
                throw .invalid(offset: offset, detail: "the name of a converter is no str")
            }
            return .extended(name: name, payload: try value(depth: depth + 1))
        case .mark:
            _ = try marked()
            return try value(depth: depth)
        case .shared: return try sharedValue(depth: depth)
        case .again: return try again(depth: depth)
        case .reference: return try reference()
        case .array: throw .invalid(offset: offset - 1, detail: "an array means nothing outside of its pool")
        }
    }

    /// The tag that comes next; nil when none does. Reads nothing.
    package borrowing func peekTag() -> WireTag? {
        guard remaining > 0, let base = unsafe base else { return nil }
        // Sound: one byte is left.
        return WireTag(rawValue: unsafe (base + position).load(as: UInt8.self))
    }

    /// Gives a number to the container that comes next, after its prefix was read.
    ///
    /// - Returns: the number, and the container's tag, which is still to be read.
    /// - Throws: ``WireError/invalid(offset:detail:)`` when no container comes.
    @_lifetime(self: copy self)
    package mutating func marked() throws(WireError) -> (number: Int, tag: WireTag) {
        guard remaining > 0 else { throw .truncated(offset: offset) }
        guard let next = peekTag(), next.isContainer else {
            throw .invalid(offset: offset, detail: "a prefix stands before no container")
        }
        marks += 1
        return (marks - 1, next)
    }

    /// Reads the number of a container that is meant again.
    @_lifetime(self: copy self)
    package mutating func againNumber() throws(WireError) -> Int { Int(try number(UInt32.self)) }

    /// Takes note that a container stands this deep.
    package mutating func reach(_ depth: Int) throws(WireError) {
        guard depth <= WireLimit.depth else { throw .tooDeep(limit: WireLimit.depth) }
        deepest = max(deepest, depth)
    }

    @_lifetime(self: copy self)
    private mutating func sharedValue(depth: Int) throws(WireError) -> PythonValue {
        let storage = PythonShared.Storage()
        let number = try marked().number
        places[number] = position
        shared[number] = storage
        let outside = deepest
        deepest = depth
        storage.fill(try value(depth: depth), height: deepest - depth)
        deepest = max(outside, deepest)
        return .shared(PythonShared(storage))
    }

    /// What is complete is held; the way back into what is being read is not, so that a cycle does not keep itself alive.
    @_lifetime(self: copy self)
    private mutating func again(depth: Int) throws(WireError) -> PythonValue {
        let start = offset - 1
        let number = try againNumber()
        guard let storage = shared[number] as? PythonShared.Storage else {
            // It may stand in what a type has read.
            guard let first = places[number] else {
                throw .invalid(offset: start, detail: "no shared container of this number has been read")
            }
            return try readAgain(number, from: first, depth: depth)
        }
        guard let height = storage.height else { return .shared(PythonShared(backTo: storage)) }
        try reach(depth + height)
        return .shared(PythonShared(storage))
    }

    /// Makes a shared value of a container that was no value when it was read.
    @_lifetime(self: copy self)
    private mutating func readAgain(_ number: Int, from first: Int, depth: Int) throws(WireError) -> PythonValue {
        let back = (position, marks)
        let storage = PythonShared.Storage()
        shared[number] = storage
        (position, marks) = (first, number + 1)
        let outside = deepest
        deepest = depth
        storage.fill(try value(depth: depth), height: deepest - depth)
        deepest = max(outside, deepest)
        (position, marks) = back
        return .shared(PythonShared(storage))
    }

    @_lifetime(self: copy self)
    private mutating func reference() throws(WireError) -> PythonValue {
        position -= 1
        return .reference(try handle())
    }

    /// Reads a reference, tag included.
    @_lifetime(self: copy self)
    mutating func handle() throws(WireError) -> PythonReference {
        let start = offset
        _ = try tag()
        let id = try number(UInt64.self)
        let typeName = try str()
        guard let context else {
            throw .invalid(offset: start, detail: "a reference to \(typeName) means nothing outside of its pool")
        }
        if let handle = handles[start] { return handle }
        let handle = context.reference(id: id, typeName: typeName)
        handles[start] = handle
        return handle
    }

    @_lifetime(self: copy self)
    private mutating func surrogateString() throws(WireError) -> PythonValue {
        let length = try count(unit: 1)
        let start = offset
        // Sound: `take` checked that the bytes are there.
        let bytes = unsafe UnsafeRawBufferPointer(start: try take(length), count: length)
        if let text = unsafe String(validating: bytes, as: UTF8.self) { return .string(text) }
        guard let text = unsafe PythonSurrogateString(bytes: [UInt8](bytes)) else { throw .invalidUTF8(offset: start) }
        return .surrogateString(text)
    }

    @_lifetime(self: copy self)
    private mutating func countedBytes() throws(WireError) -> [UInt8] {
        let length = try count(unit: 1)
        // Sound: `take` checked that the bytes are there.
        return unsafe [UInt8](UnsafeRawBufferPointer(start: try take(length), count: length))
    }

    /// Reads a `str`, tag included.
    @_lifetime(self: copy self)
    public mutating func str() throws(WireError) -> String {
        switch try tag() {
        case .str8: return try text(try shortCount())
        case .str32: return try text(try count(unit: 1))
        default: throw .invalid(offset: offset - 1, detail: "expected a str")
        }
    }

    @_lifetime(self: copy self)
    private mutating func text(_ length: Int) throws(WireError) -> String {
        let start = offset
        guard let text = unsafe String(utf8: try take(length), count: length) else { throw .invalidUTF8(offset: start) }
        return text
    }

    @_lifetime(self: copy self)
    private mutating func bigInt() throws(WireError) -> PythonValue {
        PythonValue(PythonInteger(littleEndianBytes: try countedBytes()))
    }

    @_lifetime(self: copy self)
    private mutating func floatList() throws(WireError) -> PythonValue {
        let count = try count(unit: 8)
        var place = unsafe try take(count * 8)
        var elements: [PythonValue] = []
        elements.reserveCapacity(count)
        for _ in 0..<count {
            // Sound: `take` checked that eight bytes are there for each element.
            elements.append(
                .float(Double(bitPattern: UInt64(littleEndian: unsafe place.loadUnaligned(as: UInt64.self)))))
            unsafe place += 8
        }
        return .list(elements)
    }

    @_lifetime(self: copy self)
    private mutating func elements(depth: Int) throws(WireError) -> [PythonValue] {
        let count = try count(unit: 1)
        var elements: [PythonValue] = []
        // A byte on the wire can announce an element of many bytes here: memory grows with what was really read.
        elements.reserveCapacity(min(count, 4096))
        for _ in 0..<count { elements.append(try value(depth: depth + 1)) }
        return elements
    }

    @_lifetime(self: copy self)
    private mutating func dictionary(depth: Int) throws(WireError) -> PythonDictionary {
        let count = try count(unit: 2)
        var entries: [PythonDictionary.Entry] = []
        entries.reserveCapacity(min(count, 4096))
        for _ in 0..<count {
            let key = try value(depth: depth + 1)
            entries.append(.init(key: key, value: try value(depth: depth + 1)))
        }
        return PythonDictionary(entries)
    }
}

extension PythonValue {
    /// The wire form of this value.
    ///
    /// - Throws: ``WireError/tooDeep(limit:)``, ``WireError/tooLarge(bytes:limit:)``.
    public func wireForm() throws(WireError) -> [UInt8] {
        var encoder = WireEncoder()
        try encoder.value(self)
        return encoder.bytes
    }

    /// Reads one value that fills the bytes.
    ///
    /// - Throws: any ``WireError`` that speaks of an offset; ``WireError/invalid(offset:detail:)`` for a reference, which only its
    ///   pool can read.
    public init(wireForm bytes: [UInt8]) throws(WireError) { try self.init(wireForm: bytes, context: nil) }

    /// Reads one value that fills the bytes, with what gives meaning to references.
    package init(wireForm bytes: [UInt8], context: (any WireContext)?) throws(WireError) {
        self = try unsafe bytes.withUnsafeBufferPointer { (buffer) throws(WireError) -> PythonValue in
            var decoder = unsafe WireDecoder(UnsafeRawBufferPointer(buffer), context: context)
            let value = try decoder.value()
            try decoder.finish()
            return value
        }
    }
}
