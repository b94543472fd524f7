import CLinux

/// How the blocks of a frame stand before its payload: their count (32 bits), then of each its number and what goes along (64 bits).
private enum BlockNote {
    static let writes: UInt64 = 1
    static let isCounted: UInt64 = 2
    static let numberShift: UInt64 = 2
}

/// The blocks that the peer has been told of. One thread at a time.
struct OutgoingBlocks: Sendable {
    private struct Entry: Sendable {
        let number: UInt64
        weak var block: ArrayBlock?
    }

    private var entries: [ObjectIdentifier: Entry] = [:]
    private var nextNumber: UInt64 = 1

    /// A block's number; `isNew` when the peer does not know it yet.
    mutating func number(of block: ArrayBlock) -> (number: UInt64, isNew: Bool) {
        if let entry = entries[ObjectIdentifier(block)] { return (entry.number, false) }
        defer { nextNumber += 1 }
        entries[ObjectIdentifier(block)] = Entry(number: nextNumber, block: block)
        return (nextNumber, true)
    }

    mutating func forget(_ block: ObjectIdentifier) { entries[block] = nil }

    var blocks: [ArrayBlock] { entries.values.compactMap(\.block) }

    /// What stands before the payload of a frame with these blocks. Each that its maker counts is counted now.
    static func note(_ holds: [BlockHold], numbers: [UInt64]) -> [UInt8] {
        var note: [UInt8] = []
        note += UInt32(truncatingIfNeeded: holds.count).littleEndianBytes
        for (hold, number) in zip(holds, numbers) {
            if hold.block.isMadeHere { hold.block.countUse(1) } else { hold.block.markPassedOn() }
            let flags = (hold.writes ? BlockNote.writes : 0) | (hold.block.isMadeHere ? BlockNote.isCounted : 0)
            note += (number << BlockNote.numberShift | flags).littleEndianBytes
        }
        return note
    }
}

/// The peer's blocks. One thread at a time.
///
/// What this process knows already, because it or another peer made it, is not mapped twice. Only the descriptor is kept then: were the
/// block itself, each side would wait for the other to let go first.
struct IncomingBlocks: ~Copyable, Sendable {
    private enum Entry: Sendable {
        case adopted(ArrayBlock)
        case known(KnownBlock)
    }

    private final class KnownBlock: Sendable {
        let descriptor: Int32
        weak let block: ArrayBlock?
        private let budget: MappingBudget

        /// Owns the descriptor from now on.
        init(_ block: ArrayBlock, descriptor: Int32, countedIn budget: MappingBudget) {
            self.block = block
            self.descriptor = descriptor
            self.budget = budget
        }

        deinit {
            _ = clinux_close(descriptor)
            budget.giveBack(bytes: 0)
        }
    }

    private var entries: [UInt64: Entry] = [:]
    private let budget: MappingBudget

    init(countedIn budget: MappingBudget) { self.budget = budget }

    /// Takes over a block that was passed, and its descriptor.
    mutating func add(_ number: UInt64, descriptor: Int32) throws(ChannelError) {
        guard entries[number] == nil else {
            _ = clinux_close(descriptor)
            throw ChannelError("the peer passed a second block of the number \(number)")
        }
        entries[number] = try entry(descriptor).entry
    }

    private func entry(_ descriptor: Int32) throws(ChannelError) -> (entry: Entry, block: ArrayBlock) {
        if let block = SharedMemory.FileIdentity(descriptor).flatMap(ArrayBlocks.of) {
            do { try budget.take(bytes: 0) } catch {
                _ = clinux_close(descriptor)
                throw error
            }
            return (.known(KnownBlock(block, descriptor: descriptor, countedIn: budget)), block)
        }
        let memory = try SharedMemory(adopting: descriptor, minimumSize: ArrayBlock.header, maximumSize: .max)
        try budget.take(bytes: memory.size)
        let block = ArrayBlock(adopting: memory, countedIn: budget)
        return (.adopted(block), block)
    }

    /// Forgets a block.
    ///
    /// - Returns: what the caller is to drop where it holds no lock.
    mutating func forget(_ number: UInt64) throws(ChannelError) -> AnyObject {
        switch entries.removeValue(forKey: number) {
        case .adopted(let block): return block
        case .known(let known): return known
        case nil: throw ChannelError("the peer forgot a block that it never passed")
        }
    }

    var blocks: [ArrayBlock] {
        entries.values.compactMap {
            switch $0 {
            case .adopted(let block): block
            case .known(let known): known.block
            }
        }
    }

    /// Takes the blocks of a frame from before its payload.
    ///
    /// - Parameter mayWrite: whether the peer can give the right to write.
    mutating func take(from payload: inout [UInt8], mayWrite: Bool) throws(ChannelError) -> [BlockHold] {
        guard payload.count >= 4 else { throw ChannelError("a frame names its blocks wrongly") }
        let count = Int(Self.number(payload, at: 0, UInt32.self))
        guard count <= (payload.count - 4) / 8 else { throw ChannelError("a frame names its blocks wrongly") }
        var holds: [BlockHold] = []
        for index in 0..<count {
            let note = Self.number(payload, at: 4 + 8 * index, UInt64.self)
            holds.append(
                BlockHold(
                    received: try block(note >> BlockNote.numberShift),
                    writes: mayWrite && note & BlockNote.writes != 0, isCounted: note & BlockNote.isCounted != 0))
        }
        payload.removeFirst(4 + 8 * count)
        return holds
    }

    private mutating func block(_ number: UInt64) throws(ChannelError) -> ArrayBlock {
        switch entries[number] {
        case .adopted(let block): return block
        case .known(let known):
            if let block = known.block { return block }
            // Who had it in this process let go of it; the peer did not.
            let descriptor = clinux_duplicate(known.descriptor)
            guard descriptor >= 0 else { throw ChannelError("dup: \(linuxError(descriptor))", isPeersFault: false) }
            entries[number] = nil
            let again = try entry(descriptor)
            entries[number] = again.entry
            return again.block
        case nil: throw ChannelError("a frame names a block that was never passed")
        }
    }

    private static func number<Number: FixedWidthInteger>(_ payload: [UInt8], at place: Int, _: Number.Type) -> Number {
        (0..<Number.bitWidth / 8).reduce(0) { $0 | Number(payload[place + $1]) << Number(8 * $1) }
    }
}
