extension SharedArray: PythonCodable {
    /// Writes the array: its elements, or where they lie.
    public func encode(to encoder: inout WireEncoder) throws(WireError) { try encoder.value(.array(self)) }

    /// Reads what arrived as an array.
    public convenience init(from decoder: inout WireDecoder) throws(WireError) {
        guard try decoder.peek() == .array else { throw decoder.mismatch(expected: "SharedArray") }
        _ = try decoder.tag()
        let read = try decoder.sharedArray()
        self.init(read.layout, in: read.block, hold: read.hold)
    }
}
