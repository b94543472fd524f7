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

    /// Writes one value.
    init(_ value: some PythonEncodable) throws(WireError) {
        var encoder = WireEncoder()
        encoder.carriesBlocks = true
        try value.encode(to: &encoder)
        try encoder.finish()
        self.init(encoder)
    }
}
