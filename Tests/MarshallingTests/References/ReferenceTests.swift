import Marshalling
import Synchronization
import Testing

/// Objects without a value form travel as references, which only their pool can read.
@Suite struct ReferenceTests {
    /// A pool's worker, as far as references are concerned.
    private final class Worker: WireContext {
        let released = Mutex<[UInt64]>([])

        func reference(id: UInt64, typeName: String) -> PythonReference {
            PythonReference(id: id, typeName: typeName, worker: 41, generation: 3) { [weak self] id in
                self?.released.withLock { $0.append(id) }
            }
        }
    }

    private static let bytes: [UInt8] = [24, 7, 0, 0, 0, 0, 0, 0, 0, 8, 5] + Array("m.Cls".utf8)

    @Test func `A reference is read in the light of its worker, and written as it came`() throws {
        let value = try PythonValue(wireForm: Self.bytes, context: Worker())
        let reference = try #require(value.reference)
        #expect(reference.id == 7)
        #expect(reference.typeName == "m.Cls")
        #expect(reference.worker == 41)
        #expect(value.typeName == "m.Cls")
        #expect(try value.wireForm() == Self.bytes)
    }

    @Test func `Without a pool a reference means nothing`() {
        #expect(
            throws: WireError.invalid(offset: 0, detail: "a reference to m.Cls means nothing outside of its pool")
        ) { try PythonValue(wireForm: Self.bytes) }
    }

    @Test func `A reference is released once, when its last copy is gone`() throws {
        let worker = Worker()
        do {
            let value = try PythonValue(wireForm: [11, 1, 0, 0, 0] + Self.bytes, context: worker)
            let copy = value
            #expect(worker.released.withLock(\.self) == [])
            withExtendedLifetime((value, copy)) {}
        }
        #expect(worker.released.withLock(\.self) == [7])
    }

    @Test func `References of a frame that turns out to be broken are released`() {
        let worker = Worker()
        #expect(throws: WireError.self) { try PythonValue(wireForm: [11, 2, 0, 0, 0] + Self.bytes, context: worker) }
        #expect(worker.released.withLock(\.self) == [7])
    }

    @Test func `An encoder tells which references it wrote`() throws {
        let worker = Worker()
        var encoder = WireEncoder()
        try encoder.value([1, 2])
        #expect(encoder.references.isEmpty)
        try encoder.value(["model": .reference(worker.reference(id: 9, typeName: "M"))])
        #expect(encoder.references.map(\.id) == [9])
        encoder.reset()
        #expect(encoder.references.isEmpty)
        #expect(worker.released.withLock(\.self) == [9])
    }

    @Test func `Two references are equal when they lead to the same object`() {
        let (worker, other) = (Worker(), Worker())
        let reference = worker.reference(id: 1, typeName: "M")
        #expect(PythonValue.reference(reference) == .reference(other.reference(id: 1, typeName: "M")))
        #expect(PythonValue.reference(reference) != .reference(worker.reference(id: 2, typeName: "M")))
        let later = PythonReference(id: 1, typeName: "M", worker: 41, generation: 4) { _ in }
        #expect(reference != later)
        #expect(Set([reference, worker.reference(id: 1, typeName: "M"), later]).count == 2)
    }

    @Test(
        arguments: [
            [24], [24, 0, 0], [24, 0, 0, 0, 0, 0, 0, 0, 0], [24, 0, 0, 0, 0, 0, 0, 0, 0, 8, 9, 0x61],
            [24, 0, 0, 0, 0, 0, 0, 0, 0, 3, 1], [25], [25, 0, 0, 0, 0],
        ] as [[UInt8]])
    func `What is no whole reference is refused, as is an array`(_ bytes: [UInt8]) {
        #expect(throws: WireError.self) { try PythonValue(wireForm: bytes, context: Worker()) }
    }
}
