import Marshalling
import Testing

/// Nesting is bounded on both sides, long before it could exhaust a thread's stack.
@Suite struct WireDepthTests {
    /// One way to put a value into another.
    enum Nest: String, CaseIterable, Sendable {
        case list, tuple, set, frozenset, dictValue, dictKey, extended

        func around(_ value: PythonValue) -> PythonValue {
            switch self {
            case .list: .list([value])
            case .tuple: .tuple([value])
            case .set: .set([value])
            case .frozenset: .frozenset([value])
            case .dictValue: ["k": value]
            case .dictKey: .dict([value: .none])
            case .extended: .extended(name: "x", payload: value)
            }
        }

        /// The bytes before and after the value within.
        var bytes: (before: [UInt8], after: [UInt8]) {
            switch self {
            case .list: ([11, 1, 0, 0, 0], [])
            case .tuple: ([13, 1, 0, 0, 0], [])
            case .set: ([14, 1, 0, 0, 0], [])
            case .frozenset: ([15, 1, 0, 0, 0], [])
            case .dictValue: ([16, 1, 0, 0, 0, 8, 1, 0x6B], [])
            case .dictKey: ([16, 1, 0, 0, 0], [0])
            case .extended: ([17, 8, 1, 0x78], [])
            }
        }

        func value(depth: Int) -> PythonValue { (0..<depth).reduce(.int(1)) { value, _ in around(value) } }

        func wire(depth: Int) -> [UInt8] {
            [[UInt8]](repeating: bytes.before, count: depth).flatMap(\.self) + [3, 1]
                + [[UInt8]](repeating: bytes.after, count: depth).flatMap(\.self)
        }
    }

    @Test(arguments: Nest.allCases)
    func `As deep as the limit goes both ways`(_ nest: Nest) throws {
        let value = nest.value(depth: WireLimit.depth)
        let bytes = try value.wireForm()
        #expect(bytes == nest.wire(depth: WireLimit.depth))
        #expect(try PythonValue(wireForm: bytes).isIdentical(to: value))
    }

    @Test(arguments: Nest.allCases, [WireLimit.depth + 1, 10_000])
    func `Deeper than the limit is not written`(_ nest: Nest, _ depth: Int) {
        let value = nest.value(depth: depth)
        #expect(throws: WireError.tooDeep(limit: WireLimit.depth)) { try value.wireForm() }
    }

    @Test(arguments: Nest.allCases, [WireLimit.depth + 1, 10_000])
    func `Deeper than the limit is not read`(_ nest: Nest, _ depth: Int) {
        #expect(throws: WireError.tooDeep(limit: WireLimit.depth)) {
            try PythonValue(wireForm: nest.wire(depth: depth))
        }
    }

    @Test func `Converter names within converter names are too deep as well`() {
        #expect(throws: WireError.tooDeep(limit: WireLimit.depth)) {
            try PythonValue(wireForm: [UInt8](repeating: 17, count: 10_000))
        }
    }

    @Test func `Wide is not deep`() throws {
        let value = PythonValue.list([PythonValue](repeating: [[1]], count: 2000))
        #expect(try PythonValue(wireForm: value.wireForm()) == value)
    }
}
