import CLinux
import Glibc
import Testing

@testable import Marshalling

/// Arrays on a real channel: what is passed, when it is forgotten, and what a hostile peer can do with it.
@Suite struct PassedArrayTests {
    // MARK: Honest

    @Test func `A block is passed once, and forgotten when its last holder goes`() throws {
        let peer = try RawPeer()
        do {
            let array = try SharedArray.zeros(.float64, [10_000])
            for number in 1...3 as ClosedRange<UInt64> {
                try peer.host.send(number, array)
                let frame = try #require(try peer.read())
                #expect(frame.id == number && frame.payload.prefix(12) == [1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0])
            }
            #expect(peer.log == ["block 1 passed, 80064 bytes"])
        }
        #expect(try peer.read() == nil)
        #expect(peer.log == ["block 1 passed, 80064 bytes", "block 1 forgotten"])
    }

    @Test func `A frame in the backlog comes before its block is forgotten`() throws {
        let pair = try ChannelPair()
        for number in 0..<5 { try pair.host.send(id: UInt64(number), .pattern(RingLayout.inlineLimit)) }
        do {
            let array = try SharedArray.zeros(.uint8, [100_000])
            try array.withMutableSpan(of: UInt8.self) { $0[99_999] = 7 }
            try pair.host.send(9, array)
        }
        var last: Frame?
        for _ in 0..<20 {
            while let frame = try pair.worker.receive() { last = frame }
            try pair.host.flushBacklog()
        }
        let array = try #require(try last?.array())
        #expect(try array[99_999, as: UInt8.self] == 7)
    }

    @Test func `More blocks than the socket has room for are all passed`() throws {
        let pair = try ChannelPair()
        let arrays = try (0..<600).map { try SharedArray(Array(repeating: Int32($0), count: 5000)) }
        try pair.host.send(.list(arrays.map { .array($0) }))
        var frame: Frame?
        while frame == nil {
            frame = try pair.worker.receive()
            try pair.host.flushBacklog()
        }
        let values = try #require(try frame?.value().elements)
        #expect(values.map(\.array) == arrays)
    }

    @Test func `What comes back to its process is the same block, and is not mapped again`() throws {
        let pair = try ChannelPair()
        let array = try SharedArray.zeros(.float64, [10_000])
        try pair.worker.send(1, array)
        let back = try #require(try pair.host.receive()?.array())
        #expect(back == array)
    }

    @Test func `A frame outlives what its sender forgets`() throws {
        let peer = try RawPeer()
        let descriptor = try memfd(size: 80_064)
        let theirs = try SharedMemory(adopting: fcntl(descriptor, F_DUPFD_CLOEXEC, 3), minimumSize: 1)
        try peer.pass(number: 1, subject: 1, descriptor)
        try peer.writeArray(.float64, [10_000])
        let frame = try #require(try peer.host.receive())
        try peer.forget(1, subject: 1)
        #expect(try peer.host.receive() == nil)
        (theirs.base + 64).storeBytes(of: 2.5, as: Double.self)
        let array = try #require(try frame.array())
        #expect(try array[0, as: Double.self] == 2.5)
    }

    @Test func `A small array travels in the frame, unless it is to be written`() throws {
        let peer = try RawPeer()
        let array = try SharedArray([1, 2, 3] as [Int32])
        try peer.host.send(1, array)
        #expect(try peer.read()?.payload.count == 8 + 8 + 4 + 12)
        #expect(peer.log == [])
        try peer.host.send(2, array.writable)
        #expect(try peer.read()?.payload.prefix(5) == [1, 0, 0, 0, 7])
        #expect(peer.log == ["block 1 passed, 76 bytes"])
    }

    @Test func `A worker's block is free when the host has let go, and not while it holds it`() throws {
        let pair = try ChannelPair()
        var pool = BlockPool()
        let address: UnsafeMutableRawPointer
        do {
            let first = try pool.block(capacity: 100_000)
            #expect(first.isFresh)
            address = first.block.data
            try pair.worker.send(1, SharedArray(try ArrayLayout(.uint8, contiguous: [100_000]), in: first.block))
        }
        var received: SharedArray? = try #require(try pair.host.receive()?.array())
        #expect(received?.byteCount == 100_000)
        // In one process the host's hold is the worker's, too; only the count tells.
        #expect(ArrayBlocks.containing(address)?.isFreeAtPeers == false)
        received = nil
        #expect(ArrayBlocks.containing(address)?.isFreeAtPeers == true)
        let second = try pool.block(capacity: 90_000)
        #expect(!second.isFresh && second.block.data == address)
        let third = try pool.block(capacity: 90_000)
        #expect(third.isFresh)
    }

    // MARK: Hostile

    @Test func `A block that was never passed is refused`() throws {
        let peer = try RawPeer()
        try peer.write(blocks: [4], [])
        #expect(throws: ChannelError("a frame names a block that was never passed")) { try peer.host.receive() }
    }

    @Test func `A block that was forgotten is refused`() throws {
        let peer = try RawPeer()
        try peer.pass(number: 1, subject: 1, try memfd(size: 4096))
        try peer.write(blocks: [4], [0])
        #expect(try peer.host.receive()?.blocks.count == 1)
        try peer.forget(1, subject: 1)
        try peer.write(blocks: [4], [0])
        #expect(throws: ChannelError("a frame names a block that was never passed")) { try peer.host.receive() }
    }

    @Test(
        arguments: [[], [1], [1, 0, 0, 0], [2, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0], [0xFF, 0xFF, 0xFF, 0xFF, 4]]
            as [[UInt8]])
    func `Names of blocks that are none are refused`(_ payload: [UInt8]) throws {
        let peer = try RawPeer()
        try peer.pass(number: 1, subject: 1, try memfd(size: 4096))
        try peer.write(kind: 2, flags: 2, payload)
        #expect(throws: ChannelError("a frame names its blocks wrongly")) { try peer.host.receive() }
    }

    @Test(arguments: [0, Seal.grow, Seal.shrink, Seal.shrink | Seal.grow | Seal.write])
    func `A block that could change its size, or cannot be mapped, is refused`(_ seals: Int32) throws {
        let peer = try RawPeer()
        try peer.pass(number: 1, subject: 1, try memfd(size: 4096, seals: seals))
        #expect(throws: ChannelError.self) { try peer.host.receive() }
    }

    @Test(arguments: [0, 63])
    func `A block without room for its header is refused`(_ size: Int) throws {
        let peer = try RawPeer()
        try peer.pass(number: 1, subject: 1, try memfd(size: size))
        #expect(throws: ChannelError.self) { try peer.host.receive() }
    }

    @Test func `What is no memory is refused, and closed`() throws {
        let peer = try RawPeer()
        let pipe = try Pipe()
        try peer.pass(number: 1, subject: 1, pipe.takeWriteEnd())
        #expect(throws: ChannelError.self) { try peer.host.receive() }
        #expect(pipe.isWriteEndClosed)
        let path = try RawPeer()
        // O_PATH: a descriptor with which nothing can be done.
        try path.pass(number: 1, subject: 1, open("/dev/shm", 0o10000000))
        #expect(throws: ChannelError.self) { try path.host.receive() }
        let file = try RawPeer()
        try file.pass(number: 1, subject: 1, open("/dev/zero", O_RDWR))
        #expect(throws: ChannelError.self) { try file.host.receive() }
    }

    @Test func `A flood of descriptors ends at the limit, also when each is forgotten but held by a frame`() throws {
        let peer = try RawPeer(budget: MappingBudget(bytes: 1 << 30, pieces: 20))
        var frames: [Frame] = []
        #expect(throws: ChannelError("the peer passed more than 20 blocks of memory")) {
            for number in 1...30 as ClosedRange<UInt64> {
                try peer.pass(number: number, subject: 1, try memfd(size: 4096))
                try peer.write(blocks: [number << 2], [0])
                try peer.forget(number, subject: 1)
                while let frame = try peer.host.receive() { frames.append(frame) }
            }
        }
        #expect(frames.count == 20)
        let other = try RawPeer(budget: MappingBudget(bytes: 1 << 30, pieces: 20))
        for number in 1...300 as ClosedRange<UInt64> {
            try other.pass(number: number, subject: 1, try memfd(size: 4096))
            try other.write(blocks: [number << 2], [0])
            try other.forget(number, subject: 1)
            while try other.host.receive() != nil {}
        }
    }

    @Test(arguments: [
        ArrayLayout(.float64, shape: [505], strides: [8], offset: 0),
        ArrayLayout(.float64, shape: [2], strides: [.max], offset: 0),
        ArrayLayout(.float64, shape: [2], strides: [-8], offset: 0),
        ArrayLayout(.float64, shape: [1], strides: [8], offset: 4032),
        ArrayLayout(.float64, shape: [1], strides: [8], offset: -64),
        ArrayLayout(.float64, shape: [1 << 40], strides: [0], offset: 0),
        ArrayLayout(.bytes(Int(UInt32.max)), shape: [1], strides: [0], offset: 0),
    ])
    func `A layout that lies is refused`(_ layout: ArrayLayout) throws {
        let peer = try RawPeer()
        try peer.pass(number: 1, subject: 1, try memfd(size: 4096))
        try peer.writeArray(layout)
        let frame = try #require(try peer.host.receive())
        #expect(throws: WireError.self) { try frame.value() }
    }

    @Test func `A worker cannot give the host the right to write, nor take it from others`() throws {
        let peer = try RawPeer()
        let array = try SharedArray.zeros(.uint8, [100_000])
        try array.block.grantWriting(to: 7)
        let descriptor = try #require(array.block.withShared { fcntl($0.descriptor, F_DUPFD_CLOEXEC, 3) })
        try peer.pass(number: 1, subject: 1, descriptor)
        try peer.write(blocks: [4 | 1], [0])
        _ = try peer.host.receive()
        #expect(throws: SharedArrayError.inUse(by: .python)) { try array.asArray(of: UInt8.self) }
    }
}

extension Channel {
    fileprivate func send(_ value: PythonValue, id: UInt64 = 1) throws {
        var encoder = WireEncoder()
        encoder.carriesBlocks = true
        try encoder.value(value)
        try send(Frame(.call, id: id, payload: encoder.bytes, blocks: encoder.blocks))
    }

    fileprivate func send(_ id: UInt64, _ array: SharedArray) throws { try send(.array(array), id: id) }
}

extension Frame {
    fileprivate func value() throws -> PythonValue {
        try PythonValue(wireForm: payload, context: nil, blocks: blocks)
    }

    fileprivate func array() throws -> SharedArray? { try value().array }
}

extension RawPeer {
    /// Writes a result that is an array in block 1.
    fileprivate func writeArray(_ layout: ArrayLayout) throws {
        var encoder = WireEncoder()
        encoder.sharedArray(layout, in: try ArrayBlock(capacity: 8, shared: false), writes: false)
        try write(blocks: [4], encoder.bytes)
    }

    fileprivate func writeArray(_ dtype: DType, _ shape: [Int]) throws {
        try writeArray(try ArrayLayout(dtype, contiguous: shape))
    }
}
