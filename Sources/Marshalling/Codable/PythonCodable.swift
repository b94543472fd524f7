/// A type that writes itself straight into the wire form, with no ``PythonValue`` between.
///
/// `@PythonCodable` of the module `DSPexMacros` writes the conformance of a struct or enum. A type that is `Encodable` already needs
/// no more than `extension Event: PythonEncodable {}`, which is slower, as it goes through `Encodable`.
public protocol PythonEncodable {
    /// Appends exactly one value.
    ///
    /// - Throws: ``WireError/tooDeep(limit:)``, ``WireError/tooLarge(bytes:limit:)``; ``WireError/mismatch(path:expected:found:)``
    ///   from a type that cannot write every value it has.
    func encode(to encoder: inout WireEncoder) throws(WireError)
}

/// A type that reads itself straight from the wire form, with no ``PythonValue`` between.
///
/// Reading is lenient where Python is: an `int` is read as `Double`, a `tuple` as `Array`; entries of a `dict` come in any order, and unknown
/// ones are skipped. It is strict elsewhere: no `float` becomes an integer, no `bool` a number, no number a `String`.
public protocol PythonDecodable {
    /// Reads exactly one value.
    ///
    /// - Throws: ``WireError/mismatch(path:expected:found:)`` for a value of another type, else any ``WireError`` that speaks of an offset.
    init(from decoder: inout WireDecoder) throws(WireError)
}

/// A type that goes straight to the wire form and back.
public typealias PythonCodable = PythonEncodable & PythonDecodable

extension PythonEncodable {
    /// The wire form of this value.
    ///
    /// - Throws: as ``encode(to:)`` does.
    @inlinable public func wireForm() throws(WireError) -> [UInt8] {
        try WireEncoder.reusing { (encoder) throws(WireError) in
            try encode(to: &encoder)
            try encoder.finish()
            return encoder.bytes
        }
    }
}

extension PythonDecodable {
    /// Reads one value that fills the bytes.
    ///
    /// - Throws: as ``init(from:)`` does.
    @inlinable public init(wireForm bytes: [UInt8]) throws(WireError) { try self.init(wireForm: bytes, context: nil) }

    /// Reads one value that fills the bytes, with what gives meaning to references.
    @inlinable package init(wireForm bytes: [UInt8], context: (any WireContext)?) throws(WireError) {
        self = try unsafe bytes.withUnsafeBufferPointer { (buffer) throws(WireError) -> Self in
            // Sound: the decoder ends before the borrow of the bytes does.
            var decoder = unsafe WireDecoder(UnsafeRawBufferPointer(buffer), context: context)
            let value = try decoder.decode(Self.self)
            try decoder.finish()
            return value
        }
    }
}

extension PythonValue: PythonCodable {
    /// Writes the value as it is.
    public func encode(to encoder: inout WireEncoder) throws(WireError) { try encoder.value(self) }

    /// Reads a value of any kind.
    public init(from decoder: inout WireDecoder) throws(WireError) { self = try decoder.value() }

    /// The tree that Python's side would see of a typed value.
    ///
    /// - Throws: as ``PythonEncodable/encode(to:)`` does.
    public init(encoding value: some PythonEncodable) throws(WireError) {
        try self.init(wireForm: value.wireForm())
    }

    /// Reads a typed value out of the tree.
    ///
    /// - Throws: as ``PythonDecodable/init(from:)`` does.
    public func decoded<Value: PythonDecodable>(as type: Value.Type = Value.self) throws(WireError) -> Value {
        try Value(wireForm: wireForm())
    }
}

extension PythonDictionary: PythonCodable {
    /// Writes the `dict` in its order.
    public func encode(to encoder: inout WireEncoder) throws(WireError) { try encoder.value(.dict(self)) }

    /// Reads a `dict` with keys and values of any kind, in its order.
    public init(from decoder: inout WireDecoder) throws(WireError) {
        guard try decoder.peek() == .dict, case .dict(let entries) = try decoder.value() else {
            throw decoder.mismatch(expected: "PythonDictionary")
        }
        self = entries
    }
}
