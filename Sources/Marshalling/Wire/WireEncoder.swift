/// Writes the wire form into memory of its own that grows as needed.
///
/// The order of calls is the form: after ``dict(count:)`` come `count` keys and values by turns, and so on. Nothing is checked
/// here but size; who writes a value walks it, and keeps ``WireLimit/depth``.
@safe @frozen public struct WireEncoder: ~Copyable {
    @usableFromInline var base: UnsafeMutableRawPointer
    @usableFromInline var capacity: Int
    @usableFromInline var used: Int
    /// Numbers given to containers so far; see ``WireTag/mark``.
    @usableFromInline package private(set) var marks = 0
    /// The numbers of the objects that were written and may be meant again. They are kept alive, so that no other takes their place.
    @usableFromInline var shared: [PythonShared.Storage: Int] = [:]
    /// The references that were written: whoever sends the frame keeps them until it is answered.
    @usableFromInline package private(set) var references: [PythonReference] = []
    /// The blocks that arrays lie in: they go with the frame.
    package private(set) var blocks: [BlockHold] = []
    /// Where the numbers of the blocks stand.
    package private(set) var blockPlaces: [Int] = []
    /// Whether what is written goes into a frame, which can carry blocks; else arrays are written with their elements.
    package var carriesBlocks = false
    /// Containers that typed values have begun and not ended.
    @usableFromInline var depth = 0
    /// What was written of the host's own: whoever sends the frame keeps it until Python has had the time to.
    @usableFromInline package private(set) var hosted: [PythonHosted] = []

    /// Bytes written so far.
    @inlinable public var count: Int { used }

    /// Makes an empty encoder with room for `capacity` bytes.
    public init(capacity: Int = 512) {
        unsafe self.base = .allocate(byteCount: max(capacity, 64), alignment: 8)
        self.capacity = max(capacity, 64)
        self.used = 0
    }

    deinit { unsafe base.deallocate() }

    /// Forgets what was written and keeps the memory, unless it has grown past a megabyte.
    public mutating func reset() {
        used = 0
        marks = 0
        shared.removeAll()
        references.removeAll()
        blocks.removeAll()
        blockPlaces.removeAll()
        depth = 0
        hosted.removeAll()
        guard capacity > 1 << 20 else { return }
        unsafe base.deallocate()
        unsafe base = .allocate(byteCount: 512, alignment: 8)
        capacity = 512
    }

    /// Lends what was written.
    public borrowing func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        // Sound: `count` bytes from `base` were written, and the memory lives as long as this borrow.
        try unsafe body(UnsafeRawBufferPointer(start: base, count: count))
    }

    /// Copies what was written.
    public var bytes: [UInt8] { unsafe withBytes { unsafe Array($0) } }

    @usableFromInline mutating func grow(for more: Int) {
        let larger = max(capacity * 2, count + more)
        let fresh = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 8)
        // Sound: the new memory holds more than `count` bytes and is another block.
        unsafe fresh.copyMemory(from: base, byteCount: count)
        unsafe base.deallocate()
        unsafe base = unsafe fresh
        capacity = larger
    }

    /// Makes room for up to `bytes` more and returns where they go; the caller says by ``use(_:)`` how many it wrote.
    @inlinable @inline(__always) package mutating func room(_ bytes: Int) -> UnsafeMutableRawPointer {
        if capacity - count < bytes { grow(for: bytes) }
        // Sound: `count + bytes <= capacity` now.
        return unsafe base + used
    }

    /// Counts bytes that were written where ``room(_:)`` had made room for as many.
    @inlinable @inline(__always) package mutating func use(_ bytes: Int) { used += bytes }

    /// Makes room for `bytes` more and returns where they go; the caller writes all of them.
    @inlinable public mutating func reserve(_ bytes: Int) -> UnsafeMutableRawPointer {
        if capacity - count < bytes { grow(for: bytes) }
        // Sound: `count + bytes <= capacity` now.
        let place = unsafe base + used
        used += bytes
        return unsafe place
    }
}

extension WireEncoder {
    /// Writes a value that is nothing but its tag: `None`, `False`, `True`.
    @inlinable public mutating func tag(_ tag: WireTag) {
        unsafe reserve(1).storeBytes(of: tag.rawValue, as: UInt8.self)
    }

    /// Writes a tag and a 32-bit count or length.
    @inlinable public mutating func header(_ tag: WireTag, count: Int) {
        let place = unsafe reserve(5)
        unsafe place.storeBytes(of: tag.rawValue, as: UInt8.self)
        unsafe (place + 1).storeBytes(of: UInt32(truncatingIfNeeded: count).littleEndian, as: UInt32.self)
    }

    /// Corrects the count of a header that was written at `place`, for who learns it only by walking.
    @inlinable public mutating func setCount(_ count: Int, at place: Int) {
        precondition(place >= 0 && place + 5 <= used)
        unsafe (base + place + 1).storeBytes(of: UInt32(truncatingIfNeeded: count).littleEndian, as: UInt32.self)
    }

    /// Writes an `int` in the shortest of its forms.
    @inlinable public mutating func int(_ value: Int) {
        if let small = Int8(exactly: value) {
            let place = unsafe reserve(2)
            unsafe place.storeBytes(of: WireTag.int8.rawValue, as: UInt8.self)
            unsafe (place + 1).storeBytes(of: small, as: Int8.self)
        } else if let middle = Int32(exactly: value) {
            let place = unsafe reserve(5)
            unsafe place.storeBytes(of: WireTag.int32.rawValue, as: UInt8.self)
            unsafe (place + 1).storeBytes(of: middle.littleEndian, as: Int32.self)
        } else {
            let place = unsafe reserve(9)
            unsafe place.storeBytes(of: WireTag.int64.rawValue, as: UInt8.self)
            unsafe (place + 1).storeBytes(of: Int64(value).littleEndian, as: Int64.self)
        }
    }

    /// Writes a `float`.
    @inlinable public mutating func float(_ value: Double) {
        let place = unsafe reserve(9)
        unsafe place.storeBytes(of: WireTag.float.rawValue, as: UInt8.self)
        unsafe (place + 1).storeBytes(of: value.bitPattern.littleEndian, as: UInt64.self)
    }

    /// Writes a `str` from its UTF-8 bytes, which the caller knows to be valid.
    @inlinable public mutating func str(utf8 bytes: UnsafeRawBufferPointer) {
        let length = bytes.count
        let place: UnsafeMutableRawPointer
        if length <= 0xFF {
            unsafe place = reserve(2 + length)
            unsafe place.storeBytes(of: WireTag.str8.rawValue, as: UInt8.self)
            unsafe (place + 1).storeBytes(of: UInt8(truncatingIfNeeded: length), as: UInt8.self)
            if length > 0, let start = bytes.baseAddress {
                unsafe (place + 2).copyMemory(from: start, byteCount: length)
            }
        } else {
            header(.str32, count: length)
            unsafe raw(bytes)
        }
    }

    /// Writes a `str`.
    @inlinable public mutating func str(_ text: String) {
        var text = text
        text.withUTF8 { unsafe str(utf8: UnsafeRawBufferPointer($0)) }
    }

    /// Writes bytes as they are, after a ``header(_:count:)`` that announced them.
    @inlinable public mutating func raw(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count > 0, let start = bytes.baseAddress else { return }
        // Sound: `reserve` gave as many bytes as are copied, in memory of our own.
        unsafe reserve(bytes.count).copyMemory(from: start, byteCount: bytes.count)
    }

    /// Writes the prefix of a container that is not known to be meant again.
    ///
    /// - Returns: its number, and where it stands.
    package mutating func mark() -> (number: Int, place: Int) {
        tag(.mark)
        marks += 1
        return (marks - 1, used - 1)
    }

    /// Makes a ``mark()`` the prefix of a container that is meant again.
    package mutating func share(markAt place: Int) {
        precondition(place >= 0 && place < used)
        unsafe (base + place).storeBytes(of: WireTag.shared.rawValue, as: UInt8.self)
    }

    /// Writes that the container of this number is meant once more.
    package mutating func again(_ number: Int) { header(.again, count: number) }

    /// Writes a reference.
    package mutating func reference(id: UInt64, typeName: String) {
        let place = unsafe reserve(9)
        unsafe place.storeBytes(of: WireTag.reference.rawValue, as: UInt8.self)
        unsafe (place + 1).storeBytes(of: id.littleEndian, as: UInt64.self)
        str(typeName)
    }

    /// Writes a `complex`.
    package mutating func complex(real: Double, imaginary: Double) {
        let place = unsafe reserve(17)
        unsafe place.storeBytes(of: WireTag.complex.rawValue, as: UInt8.self)
        unsafe (place + 1).storeBytes(of: real.bitPattern.littleEndian, as: UInt64.self)
        unsafe (place + 9).storeBytes(of: imaginary.bitPattern.littleEndian, as: UInt64.self)
    }

    /// Writes a value of any kind. An object that an earlier value of this encoder shares with it is written once.
    ///
    /// - Throws: ``WireError/tooDeep(limit:)``, ``WireError/tooLarge(bytes:limit:)``; ``WireError/noWireForm(type:path:)`` for a
    ///   ``PythonShared`` that leads back to something that is gone.
    public mutating func value(_ value: PythonValue) throws(WireError) {
        try self.value(value, depth: 0)
        guard count <= WireLimit.frame else { throw .tooLarge(bytes: count, limit: WireLimit.frame) }
    }

    private mutating func value(_ value: PythonValue, depth: Int) throws(WireError) {
        guard depth <= WireLimit.depth else { throw .tooDeep(limit: WireLimit.depth) }
        switch value {
        case .none: tag(.none)
        case .bool(let flag): tag(flag ? .true : .false)
        case .int(let number): int(number)
        case .bigInt(let number):
            header(.bigInt, count: number.littleEndianBytes.count)
            unsafe number.littleEndianBytes.withUnsafeBytes { unsafe raw($0) }
        case .float(let number): float(number)
        case .string(let text):
            guard text.utf8.count <= WireLimit.frame else {
                throw .tooLarge(bytes: text.utf8.count, limit: WireLimit.frame)
            }
            str(text)
        case .complex(let number): complex(real: number.real, imaginary: number.imaginary)
        case .surrogateString(let text): try counted(.surrogateStr, text.bytes)
        case .bytes(let bytes): try counted(.bytes, bytes)
        case .bytearray(let bytes): try counted(.bytearray, bytes)
        case .list(let elements): try sequence(.list, elements, depth: depth)
        case .tuple(let elements): try sequence(.tuple, elements, depth: depth)
        case .set(let set): try sequence(.set, set.elements, depth: depth)
        case .frozenset(let set): try sequence(.frozenset, set.elements, depth: depth)
        case .dict(let entries):
            header(.dict, count: entries.count)
            for entry in entries.entries {
                try self.value(entry.key, depth: depth + 1)
                try self.value(entry.value, depth: depth + 1)
            }
        case .extended(let name, let payload):
            tag(.extended)
            str(name)
            try self.value(payload, depth: depth + 1)
        case .array(let array): try self.array(array)
        case .hosted(let hosted):
            tag(.extended)
            str(hosted.kind.rawValue)
            int(Int(hosted.id))
            self.hosted.append(hosted)
        case .reference(let reference):
            self.reference(id: reference.id, typeName: reference.typeName)
            references.append(reference)
        case .shared(let shared): try self.shared(shared, depth: depth)
        }
    }

    /// Writes which of the frame's blocks an array lies in.
    mutating func attach(_ block: BlockHold) {
        blockPlaces.append(used)
        // Sound: four bytes are reserved.
        unsafe reserve(4).storeBytes(of: UInt32(truncatingIfNeeded: blocks.count).littleEndian, as: UInt32.self)
        blocks.append(block)
    }

    private mutating func shared(_ object: PythonShared, depth: Int) throws(WireError) {
        guard let storage = object.storage, let value = storage.value else {
            throw .noWireForm(type: "a part of a cycle whose whole is gone", path: "")
        }
        guard value.isContainer else { return try self.value(value, depth: depth) }
        if let number = shared[storage] { return again(number) }
        let (number, place) = mark()
        share(markAt: place)
        shared[storage] = number
        try self.value(value, depth: depth)
    }

    private mutating func counted(_ tag: WireTag, _ bytes: [UInt8]) throws(WireError) {
        guard bytes.count <= WireLimit.frame else { throw .tooLarge(bytes: bytes.count, limit: WireLimit.frame) }
        header(tag, count: bytes.count)
        unsafe bytes.withUnsafeBytes { unsafe raw($0) }
    }

    private mutating func sequence(_ tag: WireTag, _ elements: [PythonValue], depth: Int) throws(WireError) {
        if tag == .list, floats(elements) { return }
        header(tag, count: elements.count)
        for element in elements { try value(element, depth: depth + 1) }
    }

    /// Writes a list of nothing but floats in its packed form; false, and nothing written, when it is not one.
    private mutating func floats(_ elements: [PythonValue]) -> Bool {
        guard case .float = elements.first, elements.allSatisfy({ if case .float = $0 { true } else { false } }) else {
            return false
        }
        header(.floatList, count: elements.count)
        var place = unsafe reserve(elements.count * 8)
        for case .float(let number) in elements {
            // Sound: eight bytes were reserved for each element.
            unsafe place.storeBytes(of: number.bitPattern.littleEndian, as: UInt64.self)
            unsafe place += 8
        }
        return true
    }
}

extension PythonValue {
    /// Whether Python can tell two equal objects of this kind apart by what happens to them or in them.
    fileprivate var isContainer: Bool {
        switch self {
        case .list, .tuple, .set, .frozenset, .dict, .bytearray, .extended, .array: true
        default: false
        }
    }
}
