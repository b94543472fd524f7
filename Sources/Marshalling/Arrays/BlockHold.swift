/// A block as a frame carries it: on the way out, to be passed; on the way in, held for as long as something of the frame lies in it.
@usableFromInline package final class BlockHold: Sendable {
    package let block: ArrayBlock
    /// Whether it comes with the right to write.
    package let writes: Bool
    /// What the sender counts until this is gone.
    private let isCounted: Bool
    private let isReceived: Bool

    /// What is to be sent.
    package init(sending block: ArrayBlock, writes: Bool) {
        self.block = block
        self.writes = writes
        isCounted = false
        isReceived = false
    }

    init(received block: ArrayBlock, writes: Bool, isCounted: Bool) {
        self.block = block
        self.writes = writes
        self.isCounted = isCounted
        isReceived = true
    }

    deinit {
        guard isReceived else { return }
        if writes { block.dropWriting() }
        if isCounted { block.countUse(-1) }
    }
}

extension BlockHold: Hashable {
    /// Whether both are one.
    @usableFromInline package static func == (left: BlockHold, right: BlockHold) -> Bool { left === right }
    /// Hashes which it is.
    @usableFromInline package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
