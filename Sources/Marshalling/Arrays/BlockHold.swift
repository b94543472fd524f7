import Synchronization

/// A block as a frame carries it: on the way out, to be passed; on the way in, held for as long as something of the frame lies in it.
@usableFromInline package final class BlockHold: Sendable {
    package let block: ArrayBlock
    /// Whether it comes with the right to write.
    package let writes: Bool
    /// What the sender counts until this is gone.
    private let isCounted: Bool
    private let isReceived: Bool
    /// Whether a view has taken over the right to write.
    private let rightIsTaken = Atomic(false)

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

    /// Hands the right to write on, to one view after the other; false when the frame brought none.
    func takeWriteRight() -> Bool {
        guard writes, isReceived else { return false }
        return rightIsTaken.exchange(true, ordering: .acquiringAndReleasing) ? block.addWriting() : true
    }

    deinit {
        guard isReceived else { return }
        if writes, !rightIsTaken.load(ordering: .acquiring) { block.dropWriting() }
        if isCounted { block.countUse(-1) }
    }
}

extension BlockHold: Hashable {
    /// Whether both are one.
    @usableFromInline package static func == (left: BlockHold, right: BlockHold) -> Bool { left === right }
    /// Hashes which it is.
    @usableFromInline package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
