import Marshalling

/// Which arrays the worker may write.
extension WorkerConnection {
    /// Gives the worker the right to write what it is about to be sent, all of it or nothing.
    ///
    /// - Throws: ``SharedArrayError/inUse(by:)``.
    func grantWriting(_ blocks: [BlockHold]) throws(SharedArrayError) {
        guard !blocks.isEmpty else { return }
        var granted: [ArrayBlock] = []
        for hold in blocks where hold.writes {
            do { try hold.block.grantWriting(to: writer) } catch {
                for block in granted { block.dropWriting() }
                throw error
            }
            granted.append(hold.block)
        }
    }

    /// The worker has ended, and writes nothing any more.
    func endWriting() { channel.revokeWriting(from: writer) }
}
