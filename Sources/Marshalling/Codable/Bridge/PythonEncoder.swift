/// Writes types that have only `Encodable`.
///
/// The conformance `extension Event: PythonEncodable {}` uses it, so that such a type can stand wherever a ``PythonEncodable`` one can. A
/// keyed container is a `dict` with `str` keys, an unkeyed one a `list`; a part that is ``PythonEncodable`` itself writes itself.
public struct PythonEncoder: Sendable {
    /// What `Encodable` types find in their encoder.
    public var userInfo: [CodingUserInfoKey: any Sendable] = [:]

    /// Makes an encoder without user info.
    public init() {}

    /// The wire form of a value.
    ///
    /// - Throws: ``WireError``; ``WireError/mismatch(path:expected:found:)`` for what the type's own code throws.
    public func encode(_ value: some Encodable) throws(WireError) -> [UInt8] {
        try WireEncoder.reusing { (encoder) throws(WireError) in
            try encode(value, to: &encoder)
            try encoder.finish()
            return encoder.bytes
        }
    }

    /// Appends a value.
    ///
    /// - Throws: as ``encode(_:)`` does.
    public func encode<Value: Encodable>(_ value: Value, to encoder: inout WireEncoder) throws(WireError) {
        let root = BridgeNode(depth: encoder.depth)
        do {
            try value.encode(to: BridgeEncoder(node: root, codingPath: [], sendableInfo: userInfo))
        } catch let error as WireError {
            throw error
        } catch EncodingError.invalidValue(let invalid, let context) {
            throw .mismatch(
                path: BridgePath.text(context.codingPath), expected: "a value with a wire form",
                found: "\(Swift.type(of: invalid)): \(context.debugDescription)")
        } catch {
            throw .mismatch(path: "", expected: "\(Value.self)", found: "an error: \(error)")
        }
        try root.write(to: &encoder)
    }
}

extension PythonEncodable where Self: Encodable {
    /// Writes the value through its `Encodable` conformance.
    public func encode(to encoder: inout WireEncoder) throws(WireError) {
        try PythonEncoder().encode(self, to: &encoder)
    }
}
