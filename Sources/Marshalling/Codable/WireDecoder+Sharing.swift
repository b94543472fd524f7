// An object that Python holds twice is written once. A typed value has no sharing: it is read again from where it stands.
extension WireDecoder {
    /// Reads one value: what a container's conformance reads its parts with.
    ///
    /// - Throws: as ``PythonDecodable/init(from:)`` does.
    @inlinable @inline(__always) @_lifetime(self: copy self)
    public mutating func decode<Value: PythonDecodable>(_ type: Value.Type = Value.self) throws(WireError) -> Value {
        // A tree keeps what is shared.
        if isPrefixNext, Value.self != PythonValue.self { return try prefixed(type) }
        return try Value(from: &self)
    }

    /// Whether a ``WireTag/mark``, ``WireTag/shared`` or ``WireTag/again`` comes next.
    @inlinable @inline(__always) var isPrefixNext: Bool {
        guard position < end, let base = unsafe base else { return false }
        // Sound: a byte is left.
        let byte = unsafe (base + position).load(as: UInt8.self)
        return byte >= WireTag.mark.rawValue && byte <= WireTag.again.rawValue
    }

    @usableFromInline @_lifetime(self: copy self)
    mutating func prefixed<Value: PythonDecodable>(_ type: Value.Type) throws(WireError) -> Value {
        let back = try passPrefix()
        guard let back else { return try Value(from: &self) }
        try open()
        let start = position
        let value = try Value(from: &self)
        try chargeAgain(position - start)
        close()
        place = back
        return value
    }

    /// Reads the prefix of a container, or goes to the container that is meant again: then to where is returned.
    @_lifetime(self: copy self)
    mutating func passPrefix() throws(WireError) -> WirePlace? {
        let start = position
        switch try tag() {
        case .mark:
            _ = try marked()
            return nil
        case .shared:
            try markPlace()
            return nil
        case .again:
            let number = try againNumber()
            guard let first = places[number] else {
                throw .invalid(offset: start, detail: "no shared container of this number has been read")
            }
            let back = place
            place = WirePlace(position: first, marks: number + 1)
            return back
        default:
            position = start
            return nil
        }
    }

    /// Remembers where the container that comes next, and is meant again, stands.
    @_lifetime(self: copy self)
    mutating func markPlace() throws(WireError) {
        let number = try marked().number
        places[number] = position
    }

    /// Counts bytes that were read once more, of which a small frame can ask for endlessly many.
    @_lifetime(self: copy self)
    private mutating func chargeAgain(_ bytes: Int) throws(WireError) {
        readAgain += bytes + WireLimit.readAgainCost
        let limit = WireLimit.readAgain(of: end)
        guard readAgain <= limit else { throw .tooLarge(bytes: readAgain, limit: limit) }
    }

    /// Where the decoder is; setting it goes there.
    var place: WirePlace {
        get { WirePlace(position: position, marks: marks) }
        @_lifetime(self: copy self)
        set {
            position = newValue.position
            marks = newValue.marks
        }
    }
}

/// A place in a frame, and how many containers were numbered before it.
@usableFromInline struct WirePlace {
    var position: Int
    var marks: Int
}

extension WireLimit {
    /// Bytes of shared containers that typed values of one frame are made of, beyond the frame's own.
    static func readAgain(of frame: Int) -> Int { max(64 << 20, 32 * frame) }

    /// What reading a shared container once more counts for beside its bytes, as something is made of it each time.
    static let readAgainCost = 64
}
