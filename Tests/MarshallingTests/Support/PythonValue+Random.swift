import Marshalling

extension PythonValue {
    /// Integers at which the wire form changes its width, and the ends of each.
    static let boundaryIntegers: [Int] =
        [0, 1, -1]
        + [Int(Int8.max), Int(Int8.min), Int(Int16.max), Int(Int16.min), Int(Int32.max), Int(Int32.min)].flatMap {
            [$0 - 1, $0, $0 + 1]
        }
        + [Int(UInt32.max), Int(UInt32.max) + 1, Int.max - 1, Int.max, Int.min, Int.min + 1]

    /// Doubles that comparing by value would mix up, or that arithmetic would not survive.
    static let boundaryFloats: [Double] = [
        0.0, -0.0, 1.5, -2.25, .infinity, -.infinity, .nan, .signalingNaN, Double(nan: 0x1234, signaling: false), -.nan,
        .greatestFiniteMagnitude, .leastNormalMagnitude, .leastNonzeroMagnitude, 0.1,
    ]

    /// Strings of the lengths at which the wire form changes, and of scripts where characters, scalars and bytes
    /// differ.
    static let boundaryStrings: [String] = [
        "", "k", "question", "\u{0}", "a\u{0}b", "naïve", "nai\u{308}ve", "日本語", "🦊👨‍👩‍👧", "\u{FFFF}\u{10FFFF}", "\r\n",
        String(repeating: "a", count: 254), String(repeating: "a", count: 255), String(repeating: "a", count: 256),
        String(repeating: "é", count: 127), String(repeating: "é", count: 128), String(repeating: "語", count: 85),
        String(repeating: "語", count: 86),
    ]

    /// A value of any kind, containers within containers up to `depth`.
    static func random(using generator: inout SeededGenerator, depth: Int = 4) -> PythonValue {
        switch generator.below(depth > 0 ? 21 : 13) {
        case 0: return .none
        case 1: return .bool(generator.below(2) == 0)
        case 2: return .int(boundaryIntegers[generator.below(boundaryIntegers.count)])
        case 3: return .int(Int(truncatingIfNeeded: generator.next()) >> generator.below(64))
        case 4: return .bigInt(randomBigInteger(using: &generator))
        case 5: return .float(boundaryFloats[generator.below(boundaryFloats.count)])
        case 6: return .float(Double(bitPattern: generator.next()))
        case 7: return .string(boundaryStrings[generator.below(boundaryStrings.count)])
        case 8: return .bytes(generator.bytes(generator.below(40)))
        case 9: return .bytearray(generator.bytes(generator.below(10)))
        case 10: return .complex(randomComplex(using: &generator))
        case 11: return .surrogateString(surrogateStrings[generator.below(surrogateStrings.count)])
        case 12: return .array(randomArray(using: &generator))
        case 13: return .list(randomElements(using: &generator, depth: depth))
        case 14: return .list((0..<generator.below(6)).map { _ in .float(Double(bitPattern: generator.next())) })
        case 15: return .tuple(randomElements(using: &generator, depth: depth))
        case 16: return .set(PythonSet(randomElements(using: &generator, depth: depth)))
        case 17: return .frozenset(PythonSet(randomElements(using: &generator, depth: depth)))
        case 18, 19:
            let keys = randomElements(using: &generator, depth: depth)
            return .dict(
                PythonDictionary(keys.map { .init(key: $0, value: random(using: &generator, depth: depth - 1)) }))
        default:
            return .extended(
                name: boundaryStrings[generator.below(boundaryStrings.count)],
                payload: random(using: &generator, depth: depth - 1))
        }
    }

    /// Texts that Python holds and Unicode does not know: halves of emoji, pairs in the wrong order, undecodable names of files.
    static let surrogateStrings: [PythonSurrogateString] = [
        [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0x61, 0xED, 0xA0, 0xBD, 0x62], [0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80],
        [0xED, 0xB8, 0x80, 0xED, 0xA0, 0xBD], [0xC3, 0xA9, 0xED, 0xB2, 0x80, 0xF0, 0x9F, 0xA6, 0x8A],
        Array(repeating: [0xED, 0xB2, 0x80], count: 100).flatMap(\.self),
    ].compactMap { PythonSurrogateString(bytes: $0) }

    private static func randomComplex(using generator: inout SeededGenerator) -> PythonComplex {
        PythonComplex(
            real: boundaryFloats[generator.below(boundaryFloats.count)],
            imaginary: Double(bitPattern: generator.next()))
    }

    private static func randomElements(using generator: inout SeededGenerator, depth: Int) -> [PythonValue] {
        (0..<generator.below(5)).map { _ in random(using: &generator, depth: depth - 1) }
    }

    private static func randomArray(using generator: inout SeededGenerator) -> SharedArray {
        let shape = (0..<generator.below(3)).map { _ in generator.below(4) }
        let elements = generator.bytes(shape.reduce(4, *))
        let array =
            generator.below(2) == 0
            ? try? SharedArray(elements, shape: shape + [4])
            : try? SharedArray(
                unsafe elements.withUnsafeBytes { bytes in unsafe Array(bytes.bindMemory(to: Float.self)) },
                shape: shape)
        guard let array else { fatalError("no memory for an array of shape \(shape)") }
        return array
    }

    private static func randomBigInteger(using generator: inout SeededGenerator) -> PythonInteger {
        // A last byte that is no mere sign of the one before it keeps all of them, so the number needs more than 64
        // bits.
        PythonInteger(
            littleEndianBytes: generator.bytes(8 + generator.below(24)) + [generator.below(2) == 0 ? 0x5A : 0xA5])
    }
}
