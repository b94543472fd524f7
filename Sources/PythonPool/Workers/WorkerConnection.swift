import CLinux
import Marshalling
import Synchronization

/// The host's end of one worker: its channel, and the calls that are out on it.
final class WorkerConnection: Sendable {
    private struct State: Sendable {
        var pid: Int32 = 0
        var pidfd: Int32 = -1
        var calls: [UInt64: PendingCall] = [:]
        var ended = false
        /// It is to be killed as soon as the zygote has told who it is.
        var killWhenKnown = false
        /// The word that it is ready, which has come before the zygote's word of who it is.
        var earlyReady: Frame?
    }

    let generation: Int
    let channel: Channel
    /// Who it is among all workers of this process that may write an array.
    let writer = ArrayBlock.newWriter()
    /// Where the worker's faulthandler writes.
    private let crashText: Int32
    private let state = Mutex(State())
    /// What happens to the references that a worker gives.
    enum ReferenceEvent { case first, another, letGo, resultRead }

    /// Told of each reference that the worker gives and that is let go.
    let onReferences: @Sendable (ReferenceEvent) -> Void
    /// How many references Swift holds, and results that are to be read and may have some.
    let held = Atomic(0)
    /// Whether what the worker says is not read any more.
    let isCutOff = Atomic(false)
    /// References that have been let go, and that the worker has not been told of.
    let released = Mutex<[UInt64]>([])

    /// Makes a channel and what a worker must be given of it.
    ///
    /// - Returns: the connection, the descriptors to pass, and those among them that the host closes once they are passed.
    static func open(
        generation: Int, spin: UInt64?, budget: MappingBudget,
        onReferences: @escaping @Sendable (ReferenceEvent) -> Void
    ) throws(ChannelError) -> (
        WorkerConnection, passed: WorkerDescriptors, toClose: [Int32]
    ) {
        let pair = try socketPair()
        var opened = [pair.0, pair.1]
        do throws(ChannelError) {
            let bells = try (0..<4).map { _ throws(ChannelError) in
                opened.append(try checked(clinux_eventfd(), "eventfd"))
                return opened[opened.count - 1]
            }
            let crashText = try checked(unsafe clinux_text_memfd("dspex-crash"), "memfd_create")
            opened.append(crashText)
            let memory = try SharedMemory(creating: RingLayout.size, name: "dspex-channel")
            let shared = memory.descriptor
            let channel = Channel(
                memory, side: .host,
                descriptors: .init(
                    memory: shared, socket: pair.0, standby: bells[0], direct: bells[1], peerStandby: bells[2],
                    peerDirect: bells[3]), spin: spin, budget: budget)
            let passed = WorkerDescriptors(
                channel: .init(
                    memory: shared, socket: pair.1, standby: bells[2], direct: bells[3], peerStandby: bells[0],
                    peerDirect: bells[1]),
                crashText: crashText)
            let connection = WorkerConnection(
                generation: generation, channel: channel, crashText: crashText, onReferences: onReferences)
            return (connection, passed, [pair.1])
        } catch {
            for descriptor in opened { _ = clinux_close(descriptor) }
            throw error
        }
    }

    private static func checked(_ descriptor: Int32, _ call: String) throws(ChannelError) -> Int32 {
        guard descriptor >= 0 else {
            throw ChannelError("\(call): \(linuxError(descriptor))", isPeersFault: false)
        }
        return descriptor
    }

    private init(
        generation: Int, channel: Channel, crashText: Int32,
        onReferences: @escaping @Sendable (ReferenceEvent) -> Void
    ) {
        self.onReferences = onReferences
        self.generation = generation
        self.channel = channel
        self.crashText = crashText
    }

    deinit {
        _ = clinux_close(crashText)
        let pidfd = state.withLock(\.pidfd)
        if pidfd >= 0 { _ = clinux_close(pidfd) }
    }

    /// The process id; 0 before the zygote has told it.
    var pid: Int32 { state.withLock(\.pid) }

    /// Whether the worker is there.
    var isAlive: Bool { state.withLock { !$0.ended } }

    /// The zygote has forked it: returns its word that it is ready, if that has come before.
    func forked(pid: Int32, pidfd: Int32) -> Frame? {
        state.withLock { state in
            state.pid = pid
            state.pidfd = pidfd
            if state.killWhenKnown, pidfd >= 0 { _ = clinux_pidfd_kill(pidfd, 9) }
            return state.earlyReady.take()
        }
    }

    /// Whether the zygote has told who it is; if not, its word that it is ready is kept for ``forked(pid:pidfd:)``.
    func isKnown(beforeReady frame: Frame) -> Bool {
        state.withLock { state in
            if state.pid == 0 { state.earlyReady = frame }
            return state.pid != 0
        }
    }

    /// What ``send(_:nestedIn:)`` throws when the end has been reported: the call is not out here.
    static let hasEnded = ChannelError("the worker has ended", isPeersFault: false)

    /// Sends a call; its answer will complete it.
    ///
    /// - Parameters:
    ///   - question: the upcall whose thread is to serve it; nil for any slot.
    ///   - isHousekeeping: whether it is a call of the pool's own, and no request.
    /// - Throws: `ChannelError`; `SharedArrayError` when an array that the call is to write is in use.
    func send(_ call: PendingCall, nestedIn question: UInt64? = nil, isHousekeeping: Bool = false) throws {
        let ended = state.withLock { state in
            if !state.ended { state.calls[call.id] = call }
            return state.ended
        }
        guard !ended else { throw Self.hasEnded }
        sendReleases()
        let (payload, blocks) = (call.payload.bytes, call.payload.blocks)
        try grantWriting(blocks)
        if call.stream != nil || question != nil { call.goes(to: self, nested: question != nil) }
        if let question {
            let kind: Frame.Kind = call.stream == nil ? .nested : .nestedStream
            return try channel.send(Frame(kind, id: call.id, aux: question, payload: payload, blocks: blocks))
        }
        let kind: Frame.Kind =
            isHousekeeping ? .housekeeping : call.stream != nil ? .stream : call.clock != nil ? .timed : .call
        try channel.send(Frame(kind, id: call.id, aux: call.deadline, payload: payload, blocks: blocks))
        call.clock?.markSent()
    }

    /// Takes the call that an answer belongs to.
    func take(_ id: UInt64) -> PendingCall? { state.withLock { $0.calls.removeValue(forKey: id) } }

    /// The calls that are out here.
    var calls: [PendingCall] { state.withLock { Array($0.calls.values) } }

    /// The call of this number, if it is out here.
    func call(_ id: UInt64) -> PendingCall? { state.withLock { $0.calls[id] } }

    /// Marks the worker as gone and returns the calls that were out on it.
    func end() -> [PendingCall] {
        state.withLock { state in
            state.ended = true
            defer { state.calls = [:] }
            return Array(state.calls.values)
        }
    }

    /// Listens to the worker no more, and returns the calls that were out on it and may not run again; the others are left for its end.
    func cutOff() -> [PendingCall] {
        isCutOff.store(true, ordering: .sequentiallyConsistent)
        return state.withLock { state in
            state.ended = true
            let lost = state.calls.values.filter { !$0.isRepeatable }
            for call in lost { state.calls[call.id] = nil }
            return lost
        }
    }

    /// Ends the process at once, if it is still there.
    func kill() {
        state.withLock {
            if $0.pidfd >= 0 { _ = clinux_pidfd_kill($0.pidfd, 9) } else { $0.killWhenKnown = true }
        }
    }

    /// Why the worker could not start, if it left word of that.
    var startFailure: StartFailure? { StartFailure(lastWords()) }

    /// What Python's faulthandler wrote; empty when it wrote nothing.
    func crashReport() -> String { startFailure == nil ? String(decoding: lastWords(), as: UTF8.self) : "" }

    private func lastWords() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 64 << 10)
        // Sound: `pread` writes at most `count` bytes into the array.
        let got = unsafe clinux_pread(crashText, &bytes, UInt64(bytes.count), 0)
        return Array(bytes.prefix(max(0, Int(got))))
    }
}
