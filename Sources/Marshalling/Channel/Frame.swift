/// One message on a channel.
package struct Frame: Sendable, Hashable {
    /// What a frame means.
    package enum Kind: UInt8, Sendable {
        /// Host → worker: call a function. `aux` is the deadline on the monotonic clock in ns, 0 for none.
        case call = 1
        /// Worker → host: what the call returned.
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
    }

    package var kind: Kind
    /// The call's or question's number, unique for its worker.
    package var id: UInt64
    /// What the kind says.
    package var aux: UInt64
    /// Values in the wire form.
    package var payload: [UInt8]

    package init(_ kind: Kind, id: UInt64 = 0, aux: UInt64 = 0, payload: [UInt8] = []) {
        self.kind = kind
        self.id = id
        self.aux = aux
        self.payload = payload
    }
}

/// A channel broke a rule, or the kernel refused it something. The peer is not to be trusted any more.
package struct ChannelError: Error, Sendable, Hashable, CustomStringConvertible {
    package var description: String

    package init(_ description: String) { self.description = description }

    /// The process at the other end is not there any more.
    package static let peerGone = ChannelError("the peer is gone")
}
