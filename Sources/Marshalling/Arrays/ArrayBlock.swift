import CLinux
import Synchronization

/// The memory that arrays lie in: a sealed memfd of which every process that has been passed it maps the same pages, or, while it is small
/// and has not been handed out for writing, memory of this process alone.
///
/// The kernel frees a memfd with its last descriptor and mapping, so whoever dies, nothing is left behind. In a process there is one block
/// for one memfd, however often it is passed.
@safe package final class ArrayBlock: Sendable {
    /// Bytes before the data of a shared block: who writes it (8 bytes, see ``WriteRight``), how many holders of a peer its maker counts
    /// (4), and whether it was passed on (4).
    package static let header = 64

    private final class Mapping: Sendable {
        let memory: SharedMemory
        init(_ memory: consuming SharedMemory) { self.memory = memory }
    }

    /// What Swift code of this process is doing with the elements.
    @safe private struct State: Sendable {
        /// The elements while they are not shared.
        nonisolated(unsafe) var own: UnsafeMutableRawPointer?
        var shared: Mapping?
        var readers = 0
        var isWritten = false
    }

    /// Bytes of data.
    package let capacity: Int
    /// Whether this process made it.
    package let isMadeHere: Bool
    /// The process that has it. A fork of a worker has the memory too, and its views are not counted.
    private let process = clinux_getpid()
    /// What its pages are counted in.
    private let budget: MappingBudget?
    private let state: Mutex<State>
    /// The channels that have been told of it, with its number there.
    private let passed = Mutex<[Passing]>([])

    private struct Passing: Sendable {
        weak var channel: Channel?
        let number: UInt64
    }

    /// Makes a block of zeros.
    ///
    /// - Parameter shared: whether it is a memfd from the start.
    package init(capacity: Int, shared: Bool) throws(SharedArrayError) {
        self.capacity = capacity
        isMadeHere = true
        budget = nil
        if shared {
            state = unsafe Mutex(State(own: nil, shared: Mapping(try Self.make(capacity))))
            ArrayBlocks.add(self)
        } else {
            let own = UnsafeMutableRawPointer.allocate(byteCount: max(capacity, 1), alignment: Self.header)
            unsafe own.initializeMemory(as: UInt8.self, repeating: 0, count: capacity)
            state = unsafe Mutex(State(own: own, shared: nil))
        }
    }

    /// Takes over what a peer has passed.
    package init(adopting memory: consuming SharedMemory, countedIn budget: MappingBudget?) {
        capacity = memory.size - Self.header
        isMadeHere = false
        self.budget = budget
        state = unsafe Mutex(State(own: nil, shared: Mapping(memory)))
        ArrayBlocks.add(self)
    }

    deinit {
        ArrayBlocks.remove(self)
        for passing in passed.withLock(\.self) { passing.channel?.forget(passing.number, of: self) }
        budget?.giveBack(bytes: capacity + Self.header)
        // Sound: whoever lent the elements out holds the block.
        state.withLock { unsafe $0.own?.deallocate() }
    }

    private static func make(_ capacity: Int) throws(SharedArrayError) -> SharedMemory {
        do { return try SharedMemory(creating: capacity + header, name: "dspex-array") } catch {
            throw .system(
                problem: "no shared memory for an array of \(capacity) bytes: \(error)",
                remedy:
                    "drop arrays that are not needed, or raise the limit that the kernel names (open files: ulimit -n)")
        }
    }

    /// Makes a memfd of it, if it is none. Nobody may be reading or writing then.
    package func share() throws(SharedArrayError) {
        let promoted = try state.withLock { (state) throws(SharedArrayError) -> Bool in
            guard let own = unsafe state.own else { return false }
            try Self.refuse(state, writing: true)
            let mapping = Mapping(try Self.make(capacity))
            unsafe (mapping.memory.base + Self.header).copyMemory(from: own, byteCount: capacity)
            unsafe own.deallocate()
            unsafe state.own = nil
            state.shared = mapping
            return true
        }
        if promoted { ArrayBlocks.add(self) }
    }

    /// Lends the memfd; nil while it is none.
    package func withShared<Result, Failure: Error>(
        _ body: (borrowing SharedMemory) throws(Failure) -> Result
    ) throws(Failure) -> Result? {
        try state.withLock { (state) throws(Failure) -> Result? in
            guard let mapping = state.shared else { return nil }
            return try body(mapping.memory)
        }
    }

    /// The start of the elements. It stays where it is while the block lives, but that a block which is not shared moves when it is.
    package var data: UnsafeMutableRawPointer { unsafe state.withLock { unsafe Self.data($0) } }

    private static func data(_ state: State) -> UnsafeMutableRawPointer {
        if let mapping = state.shared { return unsafe mapping.memory.base + header }
        // Sound: what is not shared has memory of its own.
        return unsafe state.own!
    }

    // MARK: One writer, or readers

    /// Begins to read; ends with ``endReading()``.
    package func beginReading() throws(SharedArrayError) -> UnsafeRawPointer {
        try unsafe state.withLock { (state) throws(SharedArrayError) in
            try Self.refuse(state, writing: false)
            state.readers += 1
            return unsafe UnsafeRawPointer(Self.data(state))
        }
    }

    package func endReading() { state.withLock { $0.readers -= 1 } }

    /// Begins to write; ends with ``endWriting()``.
    package func beginWriting() throws(SharedArrayError) -> UnsafeMutableRawPointer {
        try unsafe state.withLock { (state) throws(SharedArrayError) in
            try Self.refuse(state, writing: true)
            state.isWritten = true
            return unsafe Self.data(state)
        }
    }

    package func endWriting() { state.withLock { $0.isWritten = false } }

    private static func refuse(_ state: State, writing: Bool) throws(SharedArrayError) {
        if state.isWritten { throw .inUse(by: .swiftWriting) }
        if writing, state.readers > 0 { throw .inUse(by: .swiftReading) }
        if let right = state.shared?.memory.writeRight, right.isHeld { throw .inUse(by: .python) }
    }

    /// A number for one more worker that may be given the right to write.
    package static func newWriter() -> UInt32 { WriteRight.next() }

    /// Gives a worker the right to write, until as many of its views are gone. One worker at a time has it, and nobody in Swift reads or
    /// writes meanwhile.
    package func grantWriting(to holder: UInt32) throws(SharedArrayError) {
        try state.withLock { (state) throws(SharedArrayError) in
            if state.isWritten { throw .inUse(by: .swiftWriting) }
            if state.readers > 0 { throw .inUse(by: .swiftReading) }
            guard let right = state.shared?.memory.writeRight, right.add(holder) else { throw .inUse(by: .python) }
        }
    }

    /// One more view of who has the right; false when nobody has.
    func addWriting() -> Bool {
        state.withLock { $0.shared?.memory.writeRight.addAnother() ?? false }
    }

    /// One view that could write is gone.
    package func dropWriting() { if clinux_getpid() == process { withWriteRight { $0.drop() } } }

    /// A worker has ended and writes no more.
    package func revokeWriting(from holder: UInt32) { withWriteRight { $0.revoke(from: holder) } }

    private func withWriteRight(_ body: (WriteRight) -> Void) {
        state.withLock { if let right = $0.shared?.memory.writeRight { body(right) } }
    }

    // MARK: For the maker's pool

    /// Whether no peer holds it any more. What a peer has passed on is never free: its holds are not known here.
    package var isFreeAtPeers: Bool { withShared { unsafe clinux_load_u32($0.uses) == 0 } ?? true && !isPassedOn }

    /// Whether a peer has passed it on: it is of no more use to its maker's pool.
    package var isPassedOn: Bool { withShared { unsafe clinux_load_u32($0.passedOn) != 0 } ?? false }

    /// A peer holds it once more, or once less.
    package func countUse(_ change: Int32) {
        guard clinux_getpid() == process else { return }
        _ = withShared { unsafe clinux_add_u32($0.uses, UInt32(bitPattern: change)) }
    }

    /// Its maker shall not use it again for something else.
    package func markPassedOn() { _ = withShared { unsafe clinux_store_u32($0.passedOn, 1) } }

    // MARK: Channels

    /// A channel knows it by a number, and is told when it is gone.
    func isPassed(on channel: Channel, as number: UInt64) {
        passed.withLock { $0.append(Passing(channel: channel, number: number)) }
    }
}

extension ArrayBlock: Hashable {
    /// Whether both are one.
    package static func == (left: ArrayBlock, right: ArrayBlock) -> Bool { left === right }
    /// Hashes which it is.
    package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

extension SharedMemory {
    // Sound, all three: they lie in the header, which every block has, at multiples of their size, and are used by atomic operations only.
    fileprivate var writeRight: WriteRight { unsafe WriteRight(base.assumingMemoryBound(to: UInt64.self)) }
    fileprivate var uses: UnsafeMutablePointer<UInt32> { unsafe (base + 8).assumingMemoryBound(to: UInt32.self) }
    fileprivate var passedOn: UnsafeMutablePointer<UInt32> { unsafe (base + 12).assumingMemoryBound(to: UInt32.self) }
}
