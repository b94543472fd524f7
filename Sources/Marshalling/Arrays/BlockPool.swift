/// Blocks that are used again when nobody holds them any more: fresh memory costs more than filling it, a page fault and a cleared page for
/// every 4 kB. One thread at a time.
package struct BlockPool: ~Copyable {
    /// Bytes that stay with the pool, in use or not; what is beyond goes when its last holder does.
    package static let kept = 192 << 20
    private var blocks: [ArrayBlock] = []
    private var held = 0

    /// Makes an empty pool.
    package init() {}

    /// A shared block of at least this size that nobody else has, with any content.
    ///
    /// - Throws: ``SharedArrayError/system(problem:remedy:)``.
    package mutating func block(capacity: Int) throws(SharedArrayError) -> (block: ArrayBlock, isFresh: Bool) {
        leavePassedOn()
        var best: Int?
        for index in blocks.indices where isFree(index) {
            let found = blocks[index].capacity
            // A small array does not hold on to a large block.
            guard found >= capacity, found / 2 <= max(capacity, 1 << 20) else { continue }
            if best.map({ blocks[$0].capacity > found }) ?? true { best = index }
        }
        if let best { return (blocks[best], false) }
        let size = (capacity + ArrayBlock.header + 4095) / 4096 * 4096 - ArrayBlock.header
        let block = try ArrayBlock(capacity: size, shared: true)
        makeRoom(for: size)
        if held + size <= Self.kept {
            blocks.append(block)
            held += size
        }
        return (block, true)
    }

    /// Leaves blocks that will never be free to those who hold them.
    private mutating func leavePassedOn() {
        for index in blocks.indices.reversed() where blocks[index].isPassedOn {
            held -= blocks[index].capacity
            blocks.remove(at: index)
        }
    }

    private mutating func makeRoom(for size: Int) {
        for index in blocks.indices.reversed() where held + size > Self.kept && isFree(index) {
            held -= blocks[index].capacity
            blocks.remove(at: index)
        }
    }

    /// Whether neither anybody here nor a peer has it.
    private mutating func isFree(_ index: Int) -> Bool {
        isKnownUniquelyReferenced(&blocks[index]) && blocks[index].isFreeAtPeers
    }
}
