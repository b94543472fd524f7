import CLinux
import FuzzDriver
import Glibc

@testable import Marshalling

extension FuzzTarget {
    /// A host's channel against a worker that writes frames of any kind, names buffers as it likes, and passes any packet and descriptor. In the
    /// end every descriptor is closed.
    static let channel = FuzzTarget("channel") { input in
        let before = lowestFreeDescriptor()
        do {
            var choices = unsafe Choices(input)
            let worker = try HostileWorker()
            while !choices.isEmpty {
                try worker.act(&choices)
                if choices.isEmpty || choices.number(UInt8.self) & 1 == 0 { worker.hostReads() }
            }
        } catch { fatalError("the harness failed: \(error)") }
        require(lowestFreeDescriptor() == before, "every descriptor is closed in the end")
    }

    private static func lowestFreeDescriptor() -> Int32 {
        let free = clinux_eventfd()
        _ = clinux_close(free)
        return free
    }
}

/// The worker's half of a channel, and the host that suffers it.
private final class HostileWorker {
    private static let block = Result { try Block() }
    private let host: Channel
    private let socket: Int32
    private var producer: RingProducer
    /// What the worker sends, and what the host does.
    private let control: RingControl
    private let sent: RingControl

    init() throws {
        let sockets = try socketPair()
        let block = try Self.block.get()
        block.clear()
        let copy = fcntl(block.memory.descriptor, F_DUPFD_CLOEXEC, 3)
        host = Channel(
            try SharedMemory(adopting: copy, minimumSize: RingLayout.size), side: .host,
            // No doorbell: nobody sleeps here, and a ring that fails is like one that nobody hears.
            descriptors: .init(
                memory: copy, socket: sockets.0, standby: -1, direct: -1, peerStandby: -1, peerDirect: -1))
        socket = sockets.1
        control = block.control(.worker)
        sent = block.control(.host)
        producer = RingProducer(control)
    }

    deinit { _ = clinux_close(socket) }

    func act(_ choices: inout Choices) throws {
        let choice = choices.number(UInt8.self)
        switch choice % 8 {
        case 0: write(kind: choices.number(), flags: choices.number(), choices.take(Int(choices.number(UInt8.self))))
        case 1, 2:
            // Numbers that name a buffer, more often than not one that may be there.
            var note = WireEncoder()
            note.int(choice & 0x80 == 0 ? Int(choices.number(UInt8.self) % 4) : choices.number(Int.self))
            note.int(choice & 0x40 == 0 ? Int(choices.number(UInt16.self)) : choices.number(Int.self))
            write(kind: 2, flags: 1, note.bytes)
        case 3, 4: try pass(&choices)
        case 5: unsafe clinux_store_u64(control.head, choices.number())
        case 6:
            // What the host has sent was read, or so it says.
            unsafe clinux_store_u64(
                sent.tail, choice & 0x80 == 0 ? UInt64(choices.number(UInt16.self)) : choices.number())
        default:
            let payload = [UInt8](repeating: choice, count: Int(choices.number(UInt16.self) >> (choice >> 4)))
            try? host.send(Frame(.call, id: 1, payload: payload))
        }
    }

    func hostReads() {
        for _ in 0..<64 {
            guard let frame = try? host.receive() else { return }
            require(frame.payload.count <= 1 << 20, "a payload is no larger than the buffers that were passed")
        }
    }

    private func write(kind: UInt8, flags: UInt8, _ payload: [UInt8]) {
        unsafe payload.withUnsafeBytes {
            _ = unsafe try? producer.write(kind: kind, flags: flags, id: 1, aux: 2, payload: $0)
        }
    }

    /// Sends a packet on the socket for buffers.
    private func pass(_ choices: inout Choices) throws {
        let packet = choices.take(Int(choices.number(UInt8.self) % 6))
        let descriptors = (0..<(choices.number(UInt8.self) % 4)).map { _ in descriptor(&choices) }
        _ = unsafe clinux_send(socket, packet, UInt64(packet.count), descriptors, Int32(descriptors.count), false)
        for descriptor in descriptors { _ = clinux_close(descriptor) }
    }

    private func descriptor(_ choices: inout Choices) -> Int32 {
        let size = UInt64(choices.number(UInt16.self)) * 16
        switch choices.number(UInt8.self) % 4 {
        case 0: return clinux_eventfd()
        case 1: return unsafe clinux_text_memfd("fuzz")
        case 2:
            let descriptor = unsafe clinux_text_memfd("fuzz")
            _ = ftruncate(descriptor, Int(size))
            return descriptor
        default: return unsafe clinux_sealed_memfd("fuzz", size)
        }
    }
}

/// The memory between host and worker, the same for all inputs: what they find in it is zero.
private final class Block: Sendable {
    let memory: SharedMemory

    init() throws { memory = try SharedMemory(creating: RingLayout.size, name: "fuzz") }

    func control(_ side: Channel.Side) -> RingControl {
        unsafe RingControl(block: memory.base, direction: side.rawValue)
    }

    func clear() {
        for side in [Channel.Side.host, .worker] {
            let control = control(side)
            for field in unsafe [control.head, control.tail] { unsafe clinux_store_u64(field, 0) }
            for field in unsafe [control.sleeper, control.wantsRoom] { unsafe clinux_store_u32(field, 0) }
        }
        unsafe control(.worker).data.initializeMemory(as: UInt8.self, repeating: 0, count: RingLayout.capacity)
    }
}
