/// One message on a channel.
package struct Frame: Sendable, Hashable {
    /// What a frame means.
    package enum Kind: UInt8, Sendable {
        /// Host → worker: call a function. `aux` is the deadline on the monotonic clock in ns, 0 for none.
        case call = 1
        /// Worker → host: what the call returned; for a ``stream``, after its last chunk.
        case result = 2
        /// Worker → host: the exception that ended the call.
        case failure = 3
        /// Host → worker: stop the call of this id.
        case cancel = 4
        /// Worker → host: a question to the host. `aux` is the id of the call that asks.
        case upcall = 5
        /// Host → worker: the answer to a question.
        case reply = 6
        /// Host → worker: a question failed.
        case replyFailure = 7
        /// Worker → host: a question whose answer is a stream. `aux` is the id of the call that asks.
        case openStream = 8
        /// Host → worker: one item of a stream.
        case item = 9
        /// Host → worker: the stream is complete.
        case streamEnd = 10
        /// Worker → host: the stream is not wanted any more.
        case closeStream = 11
        /// Worker → host: the worker serves calls from now on.
        case ready = 12
        /// Host → worker: call a function and send what it yields in ``chunk`` frames. `aux` as in ``call``.
        case stream = 13
        /// Worker → host: items of the stream of this id, `aux` of them, one value after the other.
        case chunk = 14
        /// Either way: the reader of the stream of this id has taken `aux` more of its chunks (or items of an upcall's stream).
        case credit = 15
        /// Host → worker: a call that the thread serves which waits for the answer to the question `aux`.
        case nested = 16
        /// Host → worker: references that nobody holds any more; the payload is their ids, eight bytes each.
        case release = 17
        /// Worker → host: a line of the worker's log. `id` is the call that wrote it, 0 for none; `aux` is how many were dropped before it.
        case log = 18
        /// Worker → host: Python has one more object made of the hosted value of this id.
        case hold = 19
        /// Worker → host: Python has one object fewer of it.
        case drop = 20
        /// Host → worker: the set of tools is not what it was; `aux` is its version.
        case tools = 21
        /// Host → worker: as ``call``, and ``CallStamps`` follow what the call returned.
        case timed = 22
        /// Host → worker: as ``call``, for the pool's own sake: it is no request, and what runs around requests does not around it.
        case housekeeping = 23
        /// Host → worker: as ``nested``, and what the function yields is sent as of a ``stream``.
        case nestedStream = 24
        /// Either way, and within the channel: the descriptor of the number `id` comes next on the socket. `aux` is 1 for a block of arrays, 0
        /// for a buffer of payloads, 2 for one that is dropped after one payload.
        case pass = 30
        /// Either way, and within the channel: the number `id` is not used any more. `aux` as in ``pass``,
        /// but for 2.
        case forget = 31
    }

    package var kind: Kind
    /// The call's or question's number, unique for its worker.
    package var id: UInt64
    /// What the kind says.
    package var aux: UInt64
    /// Values in the wire form.
    package var payload: [UInt8]
    /// What arrays of the payload lie in.
    package var blocks: [BlockHold]

    package init(_ kind: Kind, id: UInt64 = 0, aux: UInt64 = 0, payload: [UInt8] = [], blocks: [BlockHold] = []) {
        self.kind = kind
        self.id = id
        self.aux = aux
        self.payload = payload
        self.blocks = blocks
    }

    /// Whether this is a call that the thread serves which waits for the host.
    package var isNested: Bool { kind == .nested || kind == .nestedStream }
}

/// How far the sender of a stream may be ahead of its reader.
package enum StreamWindow {
    /// Chunks of a Python generator.
    package static let chunks = 8
    /// Bytes after which a chunk is sent; one item can make it larger.
    package static let chunkBytes = 16 << 10
    /// Items of an upcall's stream.
    package static let items = 256
}

/// A channel broke a rule, or the kernel refused it something.
package struct ChannelError: Error, Sendable, Hashable, CustomStringConvertible {
    package var description: String
    /// Whether the peer broke a rule, and is not to be trusted any more; else this process could not do its part, and a frame that was to be sent
    /// has not been.
    package var isPeersFault: Bool

    package init(_ description: String, isPeersFault: Bool = true) {
        self.description = description
        self.isPeersFault = isPeersFault
    }

    /// The process at the other end is not there any more.
    package static let peerGone = ChannelError("the peer is gone", isPeersFault: false)
}
