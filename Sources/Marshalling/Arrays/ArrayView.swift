/// What a view of an array holds in a worker: the block, and the right to write when the view can.
package final class ArrayView: Sendable {
    package let block: ArrayBlock
    package let writes: Bool
    private let hold: BlockHold?

    /// A view of what came with a frame. It can write if it wants to and the frame brought the right.
    package init(_ hold: BlockHold, writes: Bool) {
        self.hold = hold
        block = hold.block
        self.writes = writes && hold.takeWriteRight()
    }

    /// A view that can write what this process has made, and nobody else has.
    package init(new block: ArrayBlock) throws(SharedArrayError) {
        try block.grantWriting(to: WriteRight.maker)
        self.block = block
        hold = nil
        writes = true
    }

    deinit { if writes { block.dropWriting() } }
}
