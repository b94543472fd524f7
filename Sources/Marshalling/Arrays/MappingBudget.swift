import Synchronization

/// How much memory one peer may make this process map, and in how many pieces.
package final class MappingBudget: Sendable {
    private let limit: (bytes: Int, pieces: Int)
    private let used = Mutex<(bytes: Int, pieces: Int)>((0, 0))

    /// - Parameters:
    ///   - bytes: of all pieces together.
    ///   - pieces: each of which takes a descriptor.
    package init(bytes: Int, pieces: Int) { limit = (bytes, pieces) }

    /// Counts one more piece.
    func take(bytes: Int) throws(ChannelError) {
        let problem = used.withLock { used -> String? in
            guard used.pieces < limit.pieces else { return "more than \(limit.pieces) blocks of memory" }
            guard bytes <= limit.bytes - used.bytes else { return "blocks of more than \(limit.bytes) bytes in all" }
            used.bytes += bytes
            used.pieces += 1
            return nil
        }
        if let problem { throw ChannelError("the peer passed \(problem)") }
    }

    func giveBack(bytes: Int) {
        used.withLock { used in
            used.bytes -= bytes
            used.pieces -= 1
        }
    }
}
