import CLinux
import Marshalling

/// Who answers upcalls of one name.
enum UpcallHandler: Sendable {
    case value(@Sendable (UpcallQuestion) async throws -> WirePayload)
    /// Sends each item as it comes; the sending waits for the reader.
    case stream(@Sendable (UpcallQuestion, (WirePayload) async throws -> Void) async throws -> Void)
}

/// What Python asks, still in the wire form, so that who knows the types reads them straight from it.
struct UpcallQuestion: Sendable {
    let name: String
    let worker: Int32
    /// On the monotonic clock in ns; 0 for none.
    let deadline: UInt64
    private let frame: Frame
    private let context: any WireContext
    /// Where the payload begins.
    private let start: Int

    /// - Throws: ``WireError`` when the frame does not begin with a name.
    init(_ frame: Frame, from connection: WorkerConnection, deadline: UInt64) throws(WireError) {
        (name, start) = unsafe try frame.payload.withUnsafeBufferPointer { (bytes) throws(WireError) in
            // Sound: the decoder ends before the borrow of the bytes does.
            var decoder = unsafe WireDecoder(UnsafeRawBufferPointer(bytes))
            return (try decoder.str(), decoder.offset)
        }
        self.frame = frame
        worker = connection.pid
        context = connection
        self.deadline = deadline
    }

    /// The payload as a value.
    func value() throws(WireError) -> PythonValue { try read { (decoder) throws(WireError) in try decoder.value() } }

    /// Reads the payload, all of it.
    func read<Result>(_ body: (inout WireDecoder) throws(WireError) -> Result) throws(WireError) -> Result {
        unsafe try frame.payload.withUnsafeBufferPointer { (bytes) throws(WireError) in
            // Sound: the decoder ends before the borrow of the bytes does.
            var decoder = unsafe WireDecoder(
                UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[start...])), context: context,
                blocks: frame.blocks)
            let result = try body(&decoder)
            try decoder.finish()
            return result
        }
    }

    /// The question as the public closures get it.
    func upcall() throws(WireError) -> Upcall {
        let left = deadline == 0 ? nil : Duration.nanoseconds(Int64(deadline) - Int64(clinux_monotonic_ns()))
        return Upcall(name: name, payload: try value(), worker: worker, deadline: left.map { .now + $0 })
    }
}
