import Testing

@testable import Marshalling

@Suite struct SharedArrayTests {
    @Test(arguments: [10, 100_000])
    func `What is written is read, in small and in shared memory`(_ count: Int) throws {
        let array = try SharedArray.zeros(.float32, [count])
        #expect(try array.asArray(of: Float.self) == Array(repeating: 0, count: count))
        try array.withMutableSpan(of: Float.self) { span in for index in span.indices { span[index] = Float(index) } }
        let sum = try array.withSpan(of: Float.self) { span in
            var sum: Float = 0
            for index in span.indices { sum += span[index] }
            return sum
        }
        #expect(sum == (0..<count).reduce(Float(0)) { $0 + Float($1) })
        #expect(try array[count - 1, as: Float.self] == Float(count - 1))
    }

    @Test func `An array of elements has their type and a shape`() throws {
        let array = try SharedArray([1, 2, 3, 4, 5, 6] as [Double], shape: [2, 3])
        #expect(array.dtype == .float64 && array.shape == [2, 3] && array.strides == [24, 8] && array.byteCount == 48)
        #expect(try array[1, 2, as: Double.self] == 6)
        #expect(throws: SharedArrayError.shapeMismatch(shape: [4], elements: 6)) {
            try SharedArray([1, 2, 3, 4, 5, 6] as [Int], shape: [4])
        }
        #expect(throws: SharedArrayError.indexOutOfRange(index: [2, 0], shape: [2, 3])) {
            try array[2, 0, as: Double.self]
        }
        #expect(throws: SharedArrayError.elementMismatch(expected: .float32, found: .float64)) {
            try array.withSpan(of: Float.self) { $0.count }
        }
    }

    @Test(arguments: [[-1], [Int.max, 2], [1 << 62]])
    func `A shape that cannot be is refused`(_ shape: [Int]) {
        #expect(throws: SharedArrayError.self) { try SharedArray.zeros(.float64, shape) }
    }

    @Test func `What lies otherwise is read by a copy`() throws {
        let array = try SharedArray([0, 1, 2, 3, 4, 5] as [Int32], shape: [2, 3])
        let layout = ArrayLayout(.int32, shape: [3, 2], strides: [4, 12], offset: 0)
        let turned = SharedArray(layout, in: array.block)
        #expect(throws: SharedArrayError.notContiguous(shape: [3, 2], strides: [4, 12])) {
            try turned.withSpan(of: Int32.self) { $0.count }
        }
        #expect(try turned.asArray(of: Int32.self) == [0, 3, 1, 4, 2, 5])
        let copy = try turned.contiguous()
        #expect(copy.isContiguous && copy != turned && copy.shape == [3, 2])
        #expect(try copy.withSpan(of: Int32.self) { $0[1] } == 3)
        #expect(try array.contiguous() == array)
    }

    @Test func `Elements that lie at an odd place are read by a copy`() throws {
        let bytes = try SharedArray(Array(0..<17) as [UInt8])
        let layout = ArrayLayout(.int32, shape: [4], strides: [4], offset: 1)
        let odd = SharedArray(layout, in: bytes.block)
        #expect(throws: SharedArrayError.self) { try odd.withSpan(of: Int32.self) { $0[0] } }
        #expect(try odd.contiguous().withSpan(of: Int32.self) { $0[0] } == 0x0403_0201)
        #expect(try odd[0, as: Int32.self] == 0x0403_0201)
    }

    @Test func `While it is read nobody writes, and while it is written nobody else has it`() throws {
        let array = try SharedArray.zeros(.int8, [4])
        try array.withSpan(of: Int8.self) { _ in
            try array.withSpan(of: Int8.self) { _ in }
            #expect(throws: SharedArrayError.inUse(by: .swiftReading)) {
                try array.withMutableSpan(of: Int8.self) { $0[0] = 1 }
            }
            #expect(throws: SharedArrayError.inUse(by: .swiftReading)) { try array.block.grantWriting(to: 2) }
            #expect(throws: SharedArrayError.inUse(by: .swiftReading)) { try array.block.share() }
        }
        try array.withMutableSpan(of: Int8.self) { _ in
            #expect(throws: SharedArrayError.inUse(by: .swiftWriting)) { try array.asArray(of: Int8.self) }
            #expect(throws: SharedArrayError.inUse(by: .swiftWriting)) { try array.block.grantWriting(to: 2) }
        }
        struct Stop: Error {}
        #expect(throws: Stop.self) { try array.withMutableSpan(of: Int8.self) { _ in throw Stop() } }
        try array.withMutableSpan(of: Int8.self) { $0[0] = 1 }
    }

    @Test func `One worker at a time has the right to write, until its views are gone or it is`() throws {
        let array = try SharedArray.zeros(.int8, [4])
        try array.block.share()
        try array.block.grantWriting(to: 2)
        try array.block.grantWriting(to: 2)
        #expect(throws: SharedArrayError.inUse(by: .python)) { try array.block.grantWriting(to: 3) }
        #expect(throws: SharedArrayError.inUse(by: .python)) { try array.withSpan(of: Int8.self) { $0[0] } }
        array.block.dropWriting()
        #expect(throws: SharedArrayError.inUse(by: .python)) { try array.withSpan(of: Int8.self) { $0[0] } }
        array.block.dropWriting()
        #expect(try array.withSpan(of: Int8.self) { $0[0] } == 0)
        try array.block.grantWriting(to: 3)
        array.block.revokeWriting(from: 2)
        #expect(throws: SharedArrayError.inUse(by: .python)) { try array.withSpan(of: Int8.self) { $0[0] } }
        array.block.revokeWriting(from: 3)
        #expect(try array.withSpan(of: Int8.self) { $0[0] } == 0)
    }

    @Test func `A small array keeps its elements when it comes to be shared`() throws {
        let array = try SharedArray([1, 2, 3] as [Int16])
        #expect(array.block.withShared { $0.size } == nil)
        try array.block.share()
        #expect(array.block.withShared { $0.size } == 6 + ArrayBlock.header)
        #expect(try array.asArray(of: Int16.self) == [1, 2, 3])
        #expect(ArrayBlocks.containing(array.block.data + 5) === array.block)
        #expect(ArrayBlocks.containing(array.block.data + 6) === nil)
    }

    // MARK: On the wire

    @Test func `Without a frame the elements go along, with their type and shape`() throws {
        for array in [
            try SharedArray([1, 2, 3, 4] as [Float16], shape: [2, 2]), try SharedArray.zeros(.float64, [100, 100]),
            try SharedArray.zeros(.bytes(7), [3]), try SharedArray.zeros(.int8, [2, 0]),
            try SharedArray.zeros(.bool, []),
        ] {
            let value = try PythonValue(wireForm: PythonValue.list([.array(array), 1]).wireForm())
            let back = try #require(value[0]?.array)
            #expect(back.dtype == array.dtype && back.shape == array.shape && value[1] == 1)
            #expect(try back.contentBytes() == array.contentBytes())
        }
    }

    @Test func `A typed value holds an array`() throws {
        let array = try SharedArray([1, 2, 3] as [Float])
        let back = try SharedArray(wireForm: try array.wireForm())
        #expect(try back.asArray(of: Float.self) == [1, 2, 3])
        #expect(throws: WireError.self) { try SharedArray(wireForm: try PythonValue.int(1).wireForm()) }
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func `Noise in an array's wire form gives an array or an error`(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var bytes = try PythonValue.array(SharedArray([1, 2, 3, 4] as [Int32], shape: [2, 2])).wireForm()
        for _ in 0..<1 + generator.below(3) {
            bytes[1 + generator.below(bytes.count - 1)] = [0, 1, 0x7F, 0x80, 0xFF][generator.below(5)]
        }
        if let array = try? PythonValue(wireForm: bytes).array { _ = try array.contentBytes() }
    }

    @Test func `An array is read as lists of numbers where a list is wanted`() throws {
        let array = try SharedArray([1, 2, 3, 4, 5, 6] as [Int32], shape: [2, 3])
        #expect(try array.asList() == [[1, 2, 3], [4, 5, 6]])
        let bytes = try PythonValue.array(array).wireForm()
        #expect(try [[Int]](wireForm: bytes) == [[1, 2, 3], [4, 5, 6]])
        #expect(try [[Double]](wireForm: bytes) == [[1, 2, 3], [4, 5, 6]])
        #expect(throws: WireError.self) { try [Int](wireForm: bytes) }
        #expect(throws: WireError.self) { try [[String]](wireForm: bytes) }
        let thirds = try SharedArray([0, 0.5, 1] as [Double], shape: [3])
        #expect(try [Double](wireForm: PythonValue.array(thirds).wireForm()) == [0, 0.5, 1])
        #expect(try SharedArray([UInt64.max], shape: []).asList() == PythonValue(PythonInteger(unsigned: .max)))
        #expect(throws: WireError.self) {
            try [Int](wireForm: PythonValue.array(SharedArray([1] as [Int], shape: [])).wireForm())
        }
        #expect(try SharedArray([] as [Float], shape: [2, 0]).asList() == [[], []])
    }
}

extension SharedArray {
    /// The bytes of the elements, in order.
    func contentBytes() throws -> [UInt8] {
        let start = try block.beginReading()
        defer { block.endReading() }
        var bytes = [UInt8](repeating: 0, count: byteCount)
        bytes.withUnsafeMutableBytes { if let target = $0.baseAddress { layout.gather(from: start, into: target) } }
        return bytes
    }
}
