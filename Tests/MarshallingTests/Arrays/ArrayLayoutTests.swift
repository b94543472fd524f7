import Testing

@testable import Marshalling

@Suite struct ArrayLayoutTests {
    @Test func `Elements lie one after the other, the last index first`() throws {
        let layout = try ArrayLayout(.float32, contiguous: [2, 3, 4])
        #expect(layout.strides == [48, 16, 4] && layout.count == 24 && layout.byteCount == 96 && layout.isContiguous)
        #expect(
            layout.place(of: [1, 2, 3]) == 92 && layout.place(of: [2, 0, 0]) == nil && layout.place(of: [0]) == nil)
    }

    @Test func `One number has no dimension, and an empty dimension no element`() throws {
        let one = try ArrayLayout(.int64, contiguous: [])
        #expect(one.count == 1 && one.byteCount == 8 && one.place(of: []) == 0 && one.validate(capacity: 8) == nil)
        let empty = try ArrayLayout(.int64, contiguous: [3, 0])
        #expect(empty.count == 0 && empty.isContiguous && empty.validate(capacity: 0) == nil)
        #expect(empty.place(of: [0, 0]) == nil)
    }

    @Test(arguments: [
        ArrayLayout(.float32, shape: [3], strides: [4], offset: 0),
        ArrayLayout(.float32, shape: [3], strides: [-4], offset: 8),
        ArrayLayout(.float32, shape: [1, 3], strides: [.max, 4], offset: 0),
        ArrayLayout(.float32, shape: [2, 0], strides: [.max, .min], offset: 12),
        ArrayLayout(.uint8, shape: [2, 3], strides: [1, 0], offset: 5),
    ])
    func `A layout within its block is valid`(_ layout: ArrayLayout) {
        #expect(layout.validate(capacity: 12) == nil)
        // Whatever is asked for, nothing traps.
        _ = layout.place(of: layout.shape.map { max($0 - 1, 0) })
    }

    @Test(arguments: [
        ArrayLayout(.float32, shape: [4], strides: [4], offset: 0),
        ArrayLayout(.float32, shape: [3], strides: [4], offset: 1),
        ArrayLayout(.float32, shape: [3], strides: [4], offset: -4),
        ArrayLayout(.float32, shape: [3], strides: [-4], offset: 4),
        ArrayLayout(.float32, shape: [3], strides: [.max], offset: 0),
        ArrayLayout(.float32, shape: [3], strides: [.min], offset: 0),
        ArrayLayout(.float32, shape: [.max], strides: [1], offset: 0),
        ArrayLayout(.float32, shape: [-1], strides: [4], offset: 0),
        ArrayLayout(.float32, shape: [.min], strides: [4], offset: 0),
        ArrayLayout(.float32, shape: [1 << 32, 1 << 32], strides: [0, 0], offset: 0),
        ArrayLayout(.float32, shape: [0, 1 << 62, 4], strides: [0, 0, 0], offset: 0),
        ArrayLayout(.float32, shape: [2, 2], strides: [.max, .max], offset: .max),
        ArrayLayout(.float32, shape: [2], strides: [4, 4], offset: 0),
        ArrayLayout(.float32, shape: [0], strides: [4], offset: 13),
        ArrayLayout(.uint8, shape: [13], strides: [0], offset: 0),
        ArrayLayout(.uint8, shape: Array(repeating: 1, count: 65), strides: Array(repeating: 1, count: 65), offset: 0),
    ])
    func `A layout that lies is found out`(_ layout: ArrayLayout) {
        #expect(layout.validate(capacity: 12) != nil)
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `Gathering finds each element where its index does`(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let types: [DType] = [.uint8, .int16, .float32, .int64, .complex128, .bytes(3)]
        let dtype = types[generator.below(types.count)]
        let full = try ArrayLayout(dtype, contiguous: (0..<generator.below(4)).map { _ in 1 + generator.below(5) })
        let data = generator.bytes(full.byteCount)
        // Some dimensions backwards, some with steps, in another order.
        var layout = full
        for dimension in layout.shape.indices {
            if generator.below(2) == 0 {
                layout.offset += (layout.shape[dimension] - 1) * layout.strides[dimension]
                layout.strides[dimension] *= -1
            }
            let step = 1 + generator.below(2)
            layout.shape[dimension] = (layout.shape[dimension] + step - 1) / step
            layout.strides[dimension] *= step
        }
        let order = layout.shape.indices.shuffled(using: &generator)
        layout.shape = order.map { [shape = layout.shape] in shape[$0] }
        layout.strides = order.map { [strides = layout.strides] in strides[$0] }
        #expect(layout.validate(capacity: data.count) == nil)
        var gathered = [UInt8](repeating: 0, count: layout.byteCount)
        gathered.withUnsafeMutableBytes { target in
            data.withUnsafeBytes { layout.gather(from: $0.baseAddress!, into: target.baseAddress!) }
        }
        var expected: [UInt8] = []
        var index = layout.shape.map { _ in 0 }
        for _ in 0..<layout.count {
            let place = try #require(layout.place(of: index))
            expected += data[place..<place + dtype.itemSize]
            for dimension in index.indices.reversed() {
                index[dimension] += 1
                if index[dimension] < layout.shape[dimension] { break }
                index[dimension] = 0
            }
        }
        #expect(gathered == expected)
    }

    @Test(arguments: [
        ("f", 4, DType.float32), ("<f", 4, .float32), ("=d", 8, .float64), ("@l", 8, .int64), ("l", 4, .int32),
        ("q", 8, .int64), ("?", 1, .bool), ("Zd", 16, .complex128), ("e", 2, .float16), ("5s", 5, .bytes(5)),
        ("s", 1, .bytes(1)), ("c", 1, .bytes(1)), (">B", 1, .uint8), ("<h", 2, .int16), ("N", 8, .uint64),
    ])
    func `A format of Python's buffers is understood`(_ format: String, _ size: Int, _ dtype: DType) {
        #expect(DType(bufferFormat: format, itemSize: size) == dtype)
        #expect(DType(bufferFormat: dtype.bufferFormat, itemSize: dtype.itemSize) == dtype)
        #expect(DType(name: dtype.description) == dtype && DType(code: dtype.code, itemSize: dtype.itemSize) == dtype)
    }

    @Test(arguments: [
        (">f", 4), ("O", 8), ("T{i:x:}", 4), ("5w", 20), ("g", 16), ("Zg", 32), ("", 1), ("ff", 8), ("0s", 0),
        ("-1s", 1),
        ("i", 3), ("f", 8), ("!d", 8),
    ])
    func `A format that means something else is not`(_ format: String, _ size: Int) {
        #expect(DType(bufferFormat: format, itemSize: size) == nil)
    }
}
