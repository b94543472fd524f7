import CLinux
import Glibc
import Testing

@testable import Marshalling

@Suite struct SharedMemoryTests {
    @Test func `A new block is of its size, all zeros, and sealed`() throws {
        let memory = try SharedMemory(creating: 10_000, name: "test")
        #expect(memory.size == 10_000)
        #expect(UnsafeRawBufferPointer(start: memory.base, count: 10_000).allSatisfy { $0 == 0 })
        #expect(clinux_sealed_size(memory.descriptor) == 10_000)
        #expect(ftruncate(memory.descriptor, 5000) != 0)
        #expect(ftruncate(memory.descriptor, 20_000) != 0)
    }

    @Test func `Two mappings show the same bytes`() throws {
        let first = try SharedMemory(creating: 4096, name: "test")
        let second = try SharedMemory(adopting: fcntl(first.descriptor, F_DUPFD_CLOEXEC, 3), minimumSize: 4096)
        first.base.storeBytes(of: 42, toByteOffset: 1234, as: UInt8.self)
        #expect(second.base.load(fromByteOffset: 1234, as: UInt8.self) == 42)
    }

    @Test func `A block smaller than is needed is refused`() throws {
        let memory = try SharedMemory(creating: 4096, name: "test")
        let copy = fcntl(memory.descriptor, F_DUPFD_CLOEXEC, 3)
        let error = #expect(throws: ChannelError.self) { _ = try SharedMemory(adopting: copy, minimumSize: 4097).size }
        #expect(error?.description == "shared memory is not sealed, or of a wrong size (4096, at least 4097 expected)")
    }

    @Test(arguments: [-1, 1 << 20])
    func `A descriptor that is none is refused`(_ descriptor: Int32) {
        #expect(throws: ChannelError.self) { _ = try SharedMemory(adopting: descriptor, minimumSize: 1).size }
    }

    @Test func `Memory that the kernel does not give is an error with the kernel's words`() {
        let error = #expect(throws: ChannelError.self) { _ = try SharedMemory(creating: .max, name: "test").size }
        #expect(error?.description == "mmap of \(Int.max) bytes: Cannot allocate memory")
    }
}
