import Synchronization

/// The shared blocks of this process: one for each memfd, found again by it when it comes back, and by the place in memory of what lies in
/// it.
package enum ArrayBlocks {
    private struct Entry: Sendable {
        let start: UInt
        let end: UInt
        let file: SharedMemory.FileIdentity?
        let identity: ObjectIdentifier
        weak var block: ArrayBlock?
    }

    /// In the order of their places in memory.
    private static let entries = Mutex<[Entry]>([])

    static func add(_ block: ArrayBlock) {
        let entry = block.withShared { memory in
            let start = unsafe UInt(bitPattern: memory.base)
            return Entry(
                start: start, end: start + UInt(memory.size), file: memory.file, identity: ObjectIdentifier(block),
                block: block)
        }
        guard let entry else { return }
        entries.withLock { $0.insert(entry, at: index(of: entry.start, in: $0)) }
    }

    static func remove(_ block: ArrayBlock) {
        entries.withLock { $0.removeAll { $0.identity == ObjectIdentifier(block) } }
    }

    /// The block that a place in memory belongs to.
    package static func containing(_ address: UnsafeRawPointer) -> ArrayBlock? {
        let address = UInt(bitPattern: address)
        return entries.withLock { entries in
            let index = index(of: address + 1, in: entries) - 1
            return index >= 0 && address < entries[index].end ? entries[index].block : nil
        }
    }

    /// The block of a memfd.
    static func of(_ file: SharedMemory.FileIdentity) -> ArrayBlock? {
        entries.withLock { $0.first { $0.file == file }?.block }
    }

    /// How many there are.
    package static var count: Int { entries.withLock(\.count) }

    /// The first entry that does not begin before an address.
    private static func index(of address: UInt, in entries: [Entry]) -> Int {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].start < address { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
