import Marshalling

/// What a worker gets with a call or an answer: values in the wire form, and what they speak of, which is kept as long as the worker needs it.
struct WirePayload: Sendable {
    /// The values.
    var bytes: [UInt8] = []
    /// Objects of the worker: they stay there until the call has ended.
    var references: [PythonReference] = []
    /// What is the host's own, held until the worker has had the time to hold it.
    var hosted: [PythonHosted] = []
    /// What arrays lie in.
    var blocks: [BlockHold] = []
}

extension WirePayload {
    /// Takes what was written.
    init(_ encoder: borrowing WireEncoder) {
        bytes = encoder.bytes
        references = encoder.references
        hosted = encoder.hosted
        blocks = encoder.blocks
    }

    /// The values with the elements of arrays among them rather than beside them: what means the same later and elsewhere. As they are, where
    /// they cannot be read, as when they speak of a worker's objects or Python may write an array.
    var standalone: [UInt8] {
        guard !blocks.isEmpty, let whole = try? withElements() else { return bytes }
        return whole
    }

    private func withElements() throws(WireError) -> [UInt8] {
        try unsafe bytes.withUnsafeBufferPointer { (buffer) throws(WireError) in
            // Sound: the decoder reads within the bytes, which are lent for as long as it lives.
            var decoder = unsafe WireDecoder(UnsafeRawBufferPointer(buffer), context: nil, blocks: blocks)
            var encoder = WireEncoder()
            while decoder.remaining > 0 { try encoder.value(decoder.value()) }
            try encoder.finish()
            return encoder.bytes
        }
    }

    /// Writes one value.
    init(_ value: some PythonEncodable) throws(WireError) {
        var encoder = WireEncoder()
        encoder.carriesBlocks = true
        try value.encode(to: &encoder)
        try encoder.finish()
        self.init(encoder)
    }
}
