// What comes next, and how to get past it: the two places that know every tag. Whoever decodes a type of their own asks here.
extension WireDecoder {
    /// The tag of the next value, which is not read.
    ///
    /// - Throws: ``WireError/truncated(offset:)``, ``WireError/unknownTag(offset:tag:)``.
    @inlinable @_lifetime(self: copy self)
    public mutating func peek() throws(WireError) -> WireTag {
        let tag = try tag()
        position -= 1
        return tag
    }

    /// Whether the next byte is this tag; nothing is read.
    @inlinable @inline(__always) public borrowing func isNext(_ tag: WireTag) -> Bool {
        guard position < end, let base = unsafe base else { return false }
        // Sound: a byte is left.
        return unsafe (base + position).load(as: UInt8.self) == tag.rawValue
    }

    /// Reads past one value, whatever it is, in constant memory.
    ///
    /// Texts are not checked to be UTF-8, nor is nesting bounded: nothing is built and nothing recurses.
    @_lifetime(self: copy self)
    public mutating func skip() throws(WireError) {
        // Values still to be read past. Each count is at most what is left of the frame, so the sum stays far below Int.max.
        var pending = 1
        while pending > 0 {
            pending -= 1
            switch try tag() {
            case .none, .false, .true: break
            case .int8: _ = unsafe try take(1)
            case .int32: _ = unsafe try take(4)
            case .int64, .float: _ = unsafe try take(8)
            case .complex: _ = unsafe try take(16)
            case .str8: _ = unsafe try take(try shortCount())
            case .str32, .bytes, .bigInt, .bytearray, .surrogateStr: _ = unsafe try take(try count(unit: 1))
            case .floatList: _ = unsafe try take(8 * (try count(unit: 8)))
            case .list, .tuple, .set, .frozenset: pending += try count(unit: 1)
            case .dict: pending += 2 * (try count(unit: 2))
            case .extended: pending += 2
            case .mark:
                _ = try marked()
                pending += 1
            case .shared:
                try markPlace()
                pending += 1
            case .again: _ = try againNumber()
            case .reference:
                position -= 1
                // Nobody wants the object: its handle is let go with the decoder. Without a context there is none.
                if context == nil {
                    position += 9
                    _ = try str()
                } else {
                    _ = try handle()
                }
            case .array: throw .invalid(offset: offset - 1, detail: "an array means nothing outside of its pool")
            }
        }
    }

    /// Enters a container.
    ///
    /// - Throws: ``WireError/tooDeep(limit:)``.
    @inlinable @_lifetime(self: copy self)
    public mutating func open() throws(WireError) {
        guard depth < WireLimit.depth else { throw .tooDeep(limit: WireLimit.depth) }
        depth += 1
    }

    /// Leaves a container that ``open()`` or one of its kin entered.
    @inlinable @_lifetime(self: copy self)
    public mutating func close() { depth -= 1 }
}
