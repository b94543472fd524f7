import CLinux
import Foundation
import Marshalling
import PythonPool
import Testing

/// Arrays that Swift and Python see in the same memory, through real Python and numpy.
@Suite struct ArrayTests {
    private func withArrayPool<Result>(
        size: Int = 1, _ body: (PythonPool) async throws -> Result
    ) async throws -> Result {
        try await withFixturePool(size: size, preload: ["numpy", "array_fixture"], body)
    }

    // MARK: Swift to Python

    @Test(arguments: [[10], [1000, 100], [], [3, 0, 2]])
    func `An array of Swift's is a read-only numpy array`(_ shape: [Int]) async throws {
        try await withArrayPool { (python: PythonPool) async throws in
            let array = try SharedArray.zeros(.float32, shape)
            if array.count > 0 { try array.withMutableSpan(of: Float.self) { $0[$0.count - 1] = 2.5 } }
            let seen = try await python.call("array_fixture.describe", [.array(array)])
            let expected: PythonValue = .tuple([
                "ndarray", "float32", .list(shape.map { .int($0) }), .list(array.strides.map { .int($0) }), false,
            ])
            #expect(seen == expected)
            let sum = try await python.call("numpy.sum", [.array(array)])
            #expect(sum.double == (array.count > 0 ? 2.5 : 0))
            await #expect(throws: PythonPoolError.self) {
                _ = try await python.call("array_fixture.add", [.array(array), 1])
            }
        }
    }

    @Test(arguments: [10, 100_000])
    func `A call that may write is seen by Swift when it has returned`(_ count: Int) async throws {
        try await withArrayPool { (python: PythonPool) async throws in
            let array = try SharedArray.zeros(.float64, [count])
            for round in 1...3 {
                _ = try await python.call("array_fixture.add", [.array(array.writable), 1.5])
                let (first, last) = try array.withSpan(of: Double.self) { ($0[0], $0[count - 1]) }
                #expect(first == 1.5 * Double(round) && last == first)
            }
        }
    }

    @Test func `While Python can write, Swift neither reads nor lets others write`() async throws {
        try await withArrayPool(size: 2) { (python: PythonPool) async throws in
            let array = try SharedArray.zeros(.int64, [100])
            let lease = try await python.lease { _ in }
            _ = try await lease.call("array_fixture.add_and_keep", [.array(array.writable), 1])
            #expect(throws: SharedArrayError.inUse(by: .python)) { try array.asArray(of: Int.self) }
            await #expect(throws: SharedArrayError.inUse(by: .python)) {
                _ = try await python.call("array_fixture.add", [.array(array.writable), 1])
            }
            // The worker that has the right has it once more.
            _ = try await lease.call("array_fixture.add", [.array(array.writable), 1])
            #expect(throws: SharedArrayError.inUse(by: .python)) { try array.asArray(of: Int.self) }
            _ = try await lease.call("array_fixture.drop", ["written"])
            #expect(try array[99, as: Int.self] == 2)
            // A call that was refused has cost no worker.
            _ = try await python.call("array_fixture.add", [.array(array.writable), 1])
            #expect(try array[0, as: Int.self] == 3)
        }
    }

    @Test func `While Swift reads, no call may write`() async throws {
        try await withArrayPool { (python: PythonPool) async throws in
            let array = try SharedArray.zeros(.int64, [100])
            try array.withSpan(of: Int.self) { _ in
                let error = #expect(throws: PythonPoolError.self) {
                    try onThisThread { try python.callBlocking("array_fixture.add", [.array(array.writable), 1]) }
                }
                #expect("\(error as Any)".contains("the array is being read: write it after withSpan has returned"))
            }
            _ = try await python.call("array_fixture.add", [.array(array.writable), 1])
            #expect(try array[0, as: Int.self] == 1)
        }
    }

    @Test func `A worker that dies gives the right to write back`() async throws {
        try await withArrayPool { (python: PythonPool) async throws in
            let array = try SharedArray.zeros(.int64, [100])
            let (_, pid) = try await python.callReportingWorker(
                "array_fixture.add_and_keep", [.array(array.writable), 1])
            #expect(throws: SharedArrayError.inUse(by: .python)) { try array.asArray(of: Int.self) }
            kill(pid, SIGKILL)
            #expect(try await eventually { (try? array[0, as: Int.self]) == 1 })
        }
    }

    @Test func `What Swift drops is there in Python as long as Python wants it`() async throws {
        try await withArrayPool { (python: PythonPool) async throws in
            do {
                let array = try SharedArray(Array(repeating: Float(1), count: 100_000))
                _ = try await python.call("array_fixture.keep", ["a", .array(array)])
            }
            #expect(try await python.call("array_fixture.total", ["a"]) == 100_000.0)
            // And comes back, mapped anew.
            let back = try #require(try await python.call("array_fixture.kept_value", ["a"]).array)
            #expect(try back[99_999, as: Float.self] == 1)
            _ = try await python.call("array_fixture.drop", ["a"])
        }
    }

    // MARK: Python to Swift

    @Test(
        arguments: [
            "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16", "float32",
            "float64", "complex64", "complex128",
        ], [[5], [300, 200]])
    func `An array of Python's arrives with its type, shape and elements, and goes back`(
        _ dtype: String, _ shape: [Int]
    ) async throws {
        try await withArrayPool { (python: PythonPool) async throws in
            let value = try await python.call(
                "array_fixture.made", [.string(dtype), .list(shape.map { .int($0) }), 1])
            let array = try #require(value.array)
            #expect(array.dtype.description == dtype && array.shape == shape && array.isContiguous)
            let isSame = try await python.call(
                "numpy.array_equal",
                [
                    .array(array),
                    try await python.call("array_fixture.made", [.string(dtype), .list(shape.map { .int($0) }), 1]),
                ])
            #expect(isSame == true)
        }
    }

    @Test func `Views of what Swift passed come back as views, however they lie`() async throws {
        try await withArrayPool { (python: PythonPool) async throws in
            let array = try SharedArray((0..<40_000).map(Int32.init), shape: [200, 200])
            let same = try #require(try await python.call("array_fixture.identity", [.array(array)]).array)
            #expect(same == array)
            let steps = try #require(
                try await python.call("array_fixture.step", [.array(array), 199, .none, -3]).array)
            #expect(steps.block == array.block && steps.shape == [67, 200] && steps.strides == [-2400, 4])
            #expect(try steps[1, 5, as: Int32.self] == 39205)
            let turned = try #require(try await python.call("array_fixture.turned", [.array(steps)]).array)
            #expect(turned.block == array.block && turned.shape == [200, 67] && !turned.isContiguous)
            #expect(try turned.contiguous().withSpan(of: Int32.self) { $0[1] } == 39200)
            let copy = try #require(try await python.call("array_fixture.copied", [.array(array)]).array)
            #expect(copy.block != array.block)
            #expect(try copy.asArray(of: Int32.self) == array.asArray(of: Int32.self))
        }
    }

    @Test func `What is made in shared memory is not copied, and is in use while Python has it`() async throws {
        try await withArrayPool { (python: PythonPool) async throws in
            let array = try #require(
                try await python.call("array_fixture.shared", ["float32", [1000, 100], 2.5]).array)
            #expect(array.shape == [1000, 100])
            #expect(try array.withSpan(of: Float.self) { $0[99_999] } == 2.5)
            _ = try await python.call(
                "array_fixture.keep", ["a", try await python.call("array_fixture.identity", [.array(array)])])
            #expect(try array.withSpan(of: Float.self) { $0[0] } == 2.5)
            let zeros = try #require(try await python.call("array_fixture.zeros", ["S5", [20, 1000]]).array)
            #expect(zeros.dtype == .bytes(5))
            #expect(try zeros.asArray(of: UInt8.self).allSatisfy { $0 == 0 })
            await #expect(throws: PythonPoolError.self) {
                _ = try await python.call("array_fixture.zeros", ["object", [2]])
            }
            await #expect(throws: PythonPoolError.self) {
                _ = try await python.call("array_fixture.zeros", ["float32", [-1]])
            }
        }
    }

    @Test func `A block of the worker's is used again only when Swift has let go of it`() async throws {
        try await withArrayPool { (python: PythonPool) async throws in
            let first = try #require(try await python.call("array_fixture.made", ["int64", [50_000], 1]).array)
            let second = try #require(try await python.call("array_fixture.made", ["int64", [50_000], 2]).array)
            #expect(try first[0, as: Int.self] == 1)
            #expect(try second[0, as: Int.self] == 2)
            #expect(first.block != second.block)
            // What goes on to another worker, or back, is never used again.
            _ = try await python.call("array_fixture.keep", ["a", .array(second)])
            for start in 3..<10 {
                let other = try #require(
                    try await python.call("array_fixture.made", ["int64", [50_000], .int(start)]).array)
                #expect(try other[0, as: Int.self] == start)
            }
            #expect(try first[49_999, as: Int.self] == 50_000 && second[49_999, as: Int.self] == 50_001)
            let kept = try #require(try await python.call("array_fixture.kept_value", ["a"]).array)
            #expect(try kept[0, as: Int.self] == 2)
        }
    }

    @Test func `Anything with the buffer protocol arrives as what it is`() async throws {
        try await withArrayPool { (python: PythonPool) async throws in
            let found = try await python.call("array_fixture.buffers")
            #expect(try found["array"]?.array?.asArray(of: Int32.self) == [1, 2, 3])
            #expect(try found["ctypes"]?.array?.asArray(of: Double.self) == [1, 2, 3])
            #expect(try found["mmap"]?.array?.asArray(of: UInt8.self).prefix(5) == [97, 98, 99, 100, 0])
            #expect(try found["memoryview of floats"]?.array?.asArray(of: Float.self) == [1.5, 2.5])
            #expect(found["memoryview of bytes"] == .bytes([120, 121, 122]))
            #expect(try found["memoryview with gaps"]?.array?.asArray(of: UInt8.self) == [97, 98, 99])
            #expect(found["bytes"] == .bytes([120, 121, 122]))
            #expect(found["scalar"] == 1.5)
            #expect(try found["broadcast"]?.array?.asArray(of: Float.self) == Array(repeating: 2, count: 100))
            let windows = try #require(found["windows"]?.array)
            #expect(windows.shape == [9998, 3] && windows.isContiguous)
            #expect(try windows[9997, 2, as: Int64.self] == 9999)
            #expect(found["no dimension"]?.array?.shape == [])
            #expect(try found["no dimension"]?.array?.asArray(of: Int16.self) == [7])
            #expect(try found["bool"]?.array?.asArray(of: UInt8.self) == [1, 0])
            #expect(found["text"]?.array?.dtype == .bytes(3))
            #expect(try found["text"]?.array?.asArray(of: UInt8.self) == [97, 98, 0, 99, 100, 101])
            #expect(
                try found["complex"]?.array?.asArray(of: PythonComplex.self) == [PythonComplex(real: 1, imaginary: 2)])
            let tensor = try await python.call("array_fixture.tensor")
            #expect(tensor.array?.shape == [2, 3])
            #expect(try tensor.array?.asArray(of: Int32.self) == [0, 1, 2, 3, 4, 5])
        }
    }

    @Test(.enabled(if: hasTorch, "torch is not in the workers' virtual environment"))
    func `Tensors of the real torch are arrays, and lie where the host sees them`() async throws {
        try await withFixturePool(preload: ["torch_fixture"]) { (python: PythonPool) async throws in
            func tensor(_ name: String) async throws -> PythonValue {
                try await python.call("torch_fixture.tensor", [.string(name)])
            }
            let floats = try #require(try await tensor("floats").array)
            #expect(floats.shape == [3, 4] && floats.dtype == .float32)
            #expect(try floats.asArray(of: Float.self) == (0..<12).map(Float.init))
            let transposed = try #require(try await tensor("transposed").array)
            #expect(transposed.shape == [4, 3])
            #expect(try transposed[1, 2, as: Float.self] == 9)
            #expect(try await tensor("parameter").array?.asArray(of: Float.self) == [1, 1])
            #expect(try await tensor("halves").array?.dtype == .float16)
            #expect(try await tensor("booleans").array?.asArray(of: UInt8.self) == [1, 0])
            #expect(
                try await tensor("conjugate").array?.asArray(of: PythonComplex.self)
                    == [PythonComplex(real: 1, imaginary: -2), PythonComplex(real: 3, imaginary: 4)])
            let number = try #require(try await tensor("number").array)
            #expect(try number.shape == [] && number.asArray(of: Int64.self) == [7])
            for name in ["bfloat16", "sparse", "quantized", "without memory"] {
                #expect(try await tensor(name).reference?.typeName == "torch.Tensor", "\(name)")
            }
            let filled = try #require(try await python.call("torch_fixture.filled", [[1000, 100], 2.5]).array)
            #expect(filled.shape == [1000, 100])
            #expect(try filled.withSpan(of: Float.self) { $0[99_999] } == 2.5)
            let array = try SharedArray(Array(repeating: Float(1.5), count: 100_000))
            _ = try await python.call("torch_fixture.doubled", [.array(array.writable)])
            #expect(try array[99_999, as: Float.self] == 3)
        }
    }

    @Test(arguments: [10, 10_000])
    func `One array in two places is one array, here and back in Python`(_ size: Int) async throws {
        try await withArrayPool { (python: PythonPool) async throws in
            let rows = try await python.call("array_fixture.twice", [.int(size)])
            #expect(rows[0]?.array?.count == size)
            #expect(rows[0]?.array?.block == rows["again"]?.array?.block && rows[0]?.array == rows["again"]?.array)
            #expect(try await python.call("array_fixture.is_one", [rows]) == true)
            let typed = try await python.call("array_fixture.twice_in_list", size, as: [[Double]].self)
            #expect(typed.map(\.count) == [size, size])
        }
    }

    @Test(arguments: ["objects", "dates", "text", "records", "masked", "other byte order", "longdouble"])
    func `What no element type names stays in Python`(_ kind: String) async throws {
        try await withArrayPool { (python: PythonPool) async throws in
            let value = try await python.call("array_fixture.without_value_form", [.string(kind)])
            #expect(value.reference?.typeName.hasPrefix("numpy") == true, "\(value)")
        }
    }

    @Test func `Arrays go with streams and upcalls, and within other values`() async throws {
        try await withArrayPool { (python: PythonPool) async throws in
            python.onUpcall("double") { upcall in
                let array = try #require(upcall.payload["rows"]?.array)
                let doubled = try SharedArray(try array.asArray(of: Double.self).map { $0 * 2 }, shape: array.shape)
                return ["rows": .array(doubled), "same": upcall.payload["rows"]!]
            }
            for size in [10, 10_000] {
                let (items, _) = try await python.stream("array_fixture.stream_of", [20, .int(size)]).collect()
                #expect(items.count == 20)
                for (number, item) in items.enumerated() {
                    let array = try #require(item.array)
                    #expect(try array[size - 1, as: Float.self] == Float(number) && array.count == size)
                }
                let rows = try SharedArray(Array(repeating: 1.5, count: size))
                let answer = try await python.call("array_fixture.ask", [["rows": .array(rows)]])
                #expect(try answer["rows"]?.array?[0, as: Double.self] == 3)
                #expect(try answer["same"]?.array?[0, as: Double.self] == 1.5)
            }
        }
    }

    @Test func `Without numpy an array is a memoryview with its shape`() async throws {
        try await withFixturePool(preload: ["array_fixture_without_numpy"]) { (python: PythonPool) async throws in
            let array = try SharedArray([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])
            let seen = try await python.call("array_fixture_without_numpy.describe", [.array(array)])
            #expect(seen == .tuple(["memoryview", "f", [2, 3], [12, 4], true]))
            #expect(
                try await python.call("array_fixture_without_numpy.listed", [.array(array)])
                    == [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
            let back = try #require(
                try await python.call("array_fixture_without_numpy.identity", [.array(array.writable)]).array)
            #expect(back == array)
            let made = try #require(try await python.call("array_fixture_without_numpy.shared").array)
            #expect(made.shape == [2, 3])
            #expect(try made.asArray(of: Int32.self) == [0, 0, 0, 0, 0, 7])
        }
    }

    // MARK: Lifetimes

    @Test func `A result outlives the worker that made it`() async throws {
        try await withArrayPool { (python: PythonPool) async throws in
            let (value, pid) = try await python.callReportingWorker("array_fixture.made", ["int64", [50_000], 1])
            let array = try #require(value.array)
            kill(pid, SIGKILL)
            #expect(try await eventually { !isRunning(Int(pid)) })
            #expect(try array[49_999, as: Int.self] == 50_000)
            // And goes to the next worker; the pool may not know yet that this one is gone.
            let sum = try await python.call("numpy.sum", [.array(array)], options: .init(isIdempotent: true))
            #expect(sum.int == 50_000 * 50_001 / 2)
        }
    }

    @Test func `An array goes from one worker to another`() async throws {
        try await withArrayPool(size: 2) { (python: PythonPool) async throws in
            let first = try await python.lease { _ in }
            let array = try #require(try await first.call("array_fixture.made", ["int64", [50_000], 1]).array)
            _ = try await python.call("array_fixture.add", [.array(array.writable), 1])
            #expect(try array[0, as: Int.self] == 2)
            let back = try #require(try await first.call("array_fixture.identity", [.array(array)]).array)
            #expect(back == array)
        }
    }

    @Test func `A thousand passes either way leave nothing behind`() async throws {
        await #expect(processExitsWith: .success) {
            try await withFixturePool(preload: ["numpy", "array_fixture"]) { (python: PythonPool) async throws in
                func memory() async throws -> [Int] {
                    let counts = [
                        try await python.call("array_fixture.memory_of"),
                        try await python.call("array_fixture.memory_of", [.int(Int(getpid()))]),
                    ]
                    return counts.flatMap { $0.elements?.compactMap(\.int) ?? [] }
                }
                let rows = try SharedArray.zeros(.float32, [50_000])
                func pass() async throws {
                    _ = try await python.call("numpy.sum", [.array(rows)])
                    let made = try await python.call("array_fixture.made", ["int64", [50_000], 1])
                    _ = try await python.call("array_fixture.identity", [made])
                    let fresh = try SharedArray.zeros(.int32, [20_000])
                    _ = try await python.call("array_fixture.add", [.array(fresh.writable), 1])
                    guard try fresh[0, as: Int32.self] == 1 else { exit(2) }
                }
                for _ in 0..<20 { try await pass() }
                let before = try await memory()
                for _ in 0..<1000 { try await pass() }
                // What was let go last is on its way: it may have been among what was counted before, and is waited for now.
                func isLeftBehind() async throws -> Bool { zip(try await memory(), before).contains { $0 > $1 } }
                let end = ContinuousClock.now + .seconds(10)
                while try await isLeftBehind(), ContinuousClock.now < end {}
                if try await isLeftBehind() || before.count != 4 { exit(3) }
            }
        }
    }

    @Test func `A worker that shares more than it may is killed, and no other`() async throws {
        try await withPythonPool(
            .init(
                name: "test", size: 2, sharedMemoryMB: 64, preload: ["numpy", "array_fixture"], modulePaths: [fixtures])
        ) { (python: PythonPool) async throws in
            let lease = try await python.lease { _ in }
            #expect(try await python.call("array_fixture.large", [40]).array?.byteCount == 40 << 20)
            let error = await poolError { _ = try await python.call("array_fixture.large", [70]) }
            guard case .protocolViolation(_, let detail) = error else {
                Issue.record("no violation but \(String(describing: error))")
                return
            }
            #expect(detail == "the peer passed blocks of more than 67108864 bytes in all")
            #expect(try await lease.call("array_fixture.large", [1]).array?.byteCount == 1 << 20)
            #expect(try await python.call("array_fixture.large", [1]).array?.byteCount == 1 << 20)
        }
    }
}

/// Runs blocking code where it stands.
private func onThisThread<Result>(_ body: () throws -> Result) throws -> Result { try body() }

/// Whether the virtual environment of the tests has torch: some gigabytes that no other test needs.
private let hasTorch: Bool = {
    let venv = ProcessInfo.processInfo.environment["DSPEX_VENV"] ?? ""
    return FileManager.default.fileExists(atPath: venv + "/lib/python3.11/site-packages/torch/__init__.py")
}()
