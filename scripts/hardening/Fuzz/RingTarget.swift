import CLinux
import FuzzDriver

@testable import Marshalling

extension FuzzTarget {
    /// Both ends of a ring, each against a peer that does to the shared memory whatever the input says. Until it does something that no honest peer
    /// does, what was sent arrives, whole and in order.
    static let ring = FuzzTarget("ring") { input in
        var choices = unsafe Choices(input)
        let reading = RingBlock.first
        let writing = RingBlock.second
        reading.clear()
        writing.rewind()
        var consumer = RingConsumer(reading.control)
        var honest = RingProducer(reading.control)
        var producer = RingProducer(writing.control)
        var expected: [Sent] = []
        var isHonest = true
        while !choices.isEmpty {
            let choice = choices.number(UInt8.self)
            switch choice % 8 {
            case 0, 1:
                let frame = Sent(&choices)
                let written = unsafe frame.payload.withUnsafeBytes {
                    unsafe try? honest.write(
                        kind: frame.kind, flags: frame.flags, id: frame.id, aux: ~frame.id, payload: $0)
                }
                if written == true { expected.append(frame) }
            case 2, 3:
                let frame = try? consumer.read()
                if let frame { require(frame.payload.count <= RingLayout.inlineLimit, "a payload fits the ring") }
                guard isHonest else { break }
                require((frame == nil) == expected.isEmpty, "what was sent arrives, and nothing else")
                if let frame {
                    let sent = expected.removeFirst()
                    require(
                        frame.kind == sent.kind && frame.flags == sent.flags && frame.id == sent.id
                            && frame.aux == ~sent.id && frame.payload == sent.payload, "a frame arrives as it was sent")
                }
            case 4:
                isHonest = false
                let offset = Int(choices.number(UInt32.self)) % RingLayout.capacity
                reading.write(choices.take(Int(choices.number(UInt8.self) % 64)), at: offset)
            case 5:
                isHonest = false
                let head = choice & 0x80 == 0 ? choices.number() : UInt64(choices.number(UInt32.self))
                unsafe clinux_store_u64(reading.control.head, head)
            case 6:
                unsafe clinux_store_u64(writing.control.tail, choices.number())
            default:
                let payload = [UInt8](repeating: choice, count: Int(choices.number(UInt16.self) >> (choice >> 4)))
                unsafe payload.withUnsafeBytes {
                    _ = unsafe try? producer.write(kind: 1, flags: 0, id: 2, aux: 3, payload: $0)
                }
            }
        }
    }
}

/// A frame as the input makes it: the first bytes of the payload tell it from others; some are as long as a ring takes.
private struct Sent {
    let kind: UInt8
    let flags: UInt8
    let id: UInt64
    let payload: [UInt8]

    init(_ choices: inout Choices) {
        kind = choices.number()
        flags = choices.number()
        id = UInt64(choices.number(UInt16.self))
        let length = Int(choices.number(UInt16.self)) % (kind & 0x80 == 0 ? 256 : RingLayout.inlineLimit + 1)
        let start = choices.take(min(4, length))
        payload = start + [UInt8](repeating: kind, count: length - start.count)
    }
}

/// A channel's memory, in a heap block of its own whose last bytes are the data of the direction that is used: one byte too far is found.
private final class RingBlock: Sendable {
    static let first = RingBlock()
    static let second = RingBlock()

    let control: RingControl

    private init() {
        control = unsafe RingControl(
            block: .allocate(byteCount: RingLayout.size, alignment: RingLayout.data),
            direction: Channel.Side.worker.rawValue)
    }

    func rewind() {
        for field in unsafe [control.head, control.tail] { unsafe clinux_store_u64(field, 0) }
    }

    func clear() {
        rewind()
        unsafe control.data.initializeMemory(as: UInt8.self, repeating: 0, count: RingLayout.capacity)
    }

    func write(_ bytes: [UInt8], at offset: Int) {
        unsafe bytes.withUnsafeBytes { source in
            guard let start = source.baseAddress else { return }
            let count = min(source.count, RingLayout.capacity - offset)
            unsafe (control.data + offset).copyMemory(from: start, byteCount: count)
        }
    }
}
