/// Reads types that have only `Decodable`.
///
/// The conformance `extension Event: PythonDecodable {}` uses it, so that such a type can stand wherever a ``PythonDecodable`` one can. A
/// keyed container reads a `dict` with `str` keys, an unkeyed one a `list`, `tuple`, `set` or `frozenset`; a part that is
/// ``PythonDecodable`` itself reads itself.
public struct PythonDecoder: Sendable {
    /// What `Decodable` types find in their decoder.
    public var userInfo: [CodingUserInfoKey: any Sendable] = [:]

    /// Makes a decoder without user info.
    public init() {}

    /// Reads one value that fills the bytes.
    ///
    /// - Throws: ``WireError``; ``WireError/mismatch(path:expected:found:)`` for what the type's own code throws.
    public func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws(WireError) -> Value {
        try unsafe bytes.withUnsafeBufferPointer { (buffer) throws(WireError) -> Value in
            // Sound: the decoder ends before the borrow of the bytes does.
            var decoder = unsafe WireDecoder(UnsafeRawBufferPointer(buffer))
            let value = try decode(type, from: &decoder)
            try decoder.finish()
            return value
        }
    }

    /// Reads the next value.
    ///
    /// - Throws: as the other `decode(_:from:)` does.
    public func decode<Value: Decodable>(
        _ type: Value.Type, from decoder: inout WireDecoder
    ) throws(WireError) -> Value {
        let start = decoder.place
        // First past the value, which proves that it is whole, then into it as the type's code asks.
        try decoder.skip()
        let source = unsafe BridgeSource(
            lent: UnsafeRawBufferPointer(start: decoder.base, count: decoder.position), depth: decoder.depth,
            places: decoder.places)
        defer { source.end() }
        let outer = BridgeDecoder(source: source, place: start, codingPath: [], sendableInfo: userInfo)
        do {
            return try type.init(from: outer)
        } catch let error as WireError {
            throw error
        } catch let error as DecodingError {
            throw WireError(error)
        } catch {
            throw .mismatch(path: "", expected: "\(type)", found: "an error: \(error)")
        }
    }
}

extension PythonDecodable where Self: Decodable {
    /// Reads the value through its `Decodable` conformance.
    public init(from decoder: inout WireDecoder) throws(WireError) {
        self = try PythonDecoder().decode(Self.self, from: &decoder)
    }
}

extension WireError {
    /// What a type's own code said.
    fileprivate init(_ error: DecodingError) {
        switch error {
        case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
            self.init(context, expected: "\(type)")
        case .keyNotFound(let key, let context):
            self = .mismatch(
                path: BridgePath.text(context.codingPath + [key]), expected: "a value", found: "no such key")
        case .dataCorrupted(let context): self.init(context, expected: "a value that the type accepts")
        @unknown default: self = .mismatch(path: "", expected: "another value", found: "\(error)")
        }
    }

    private init(_ context: DecodingError.Context, expected: String) {
        self = .mismatch(
            path: BridgePath.text(context.codingPath), expected: expected, found: "this: \(context.debugDescription)")
    }
}
