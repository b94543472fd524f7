import Testing

@testable import Signatures

@Suite struct SignatureRoundTripTests {
    @Test(arguments: 0..<300 as Range<UInt64>)
    func `a signature reads back from what it prints`(seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        let signature = try SignatureGenerator.signature(using: &generator)
        #expect(try Signature(signature.description, types: signature.types) == signature, "\(signature)")
    }

    @Test func `a default that is a text is told from the description behind it`() throws {
        let signature = try Signature(
            inputs: [.init("a", description: "what came", default: "x")], outputs: [.init("b")])
        #expect(try Signature(signature.description) == signature)
    }

    @Test func `literals print as Python does`() {
        #expect(
            FieldType.literal(["it's", "a\\b", "x\ny", -1, true]).description
                == #"Literal['it\'s', 'a\\b', 'x\ny', -1, True]"#)
        #expect(
            FieldType.literal(["\u{1B}\u{200B}\u{10FFFF}é"]).description
                == #"Literal['\u001b\u200b\U0010fffdé']"#
                .replacing("fffd", with: "ffff"))
    }
}

/// A small deterministic generator, so that a failing seed can be run again.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

enum SignatureGenerator {
    static func signature(using generator: inout SplitMix64) throws -> Signature {
        let count = Int.random(in: 2...8, using: &generator)
        let fields = try (0..<count).map { index in Field("f\(index)", try type(depth: 0, using: &generator)) }
        let cut = Int.random(in: 1..<count, using: &generator)
        return try Signature(inputs: Array(fields[..<cut]), outputs: Array(fields[cut...]))
    }

    static func type(depth: Int, using generator: inout SplitMix64) throws -> FieldType {
        switch Int.random(in: 0..<(depth > 4 ? 5 : 8), using: &generator) {
        case 0: return .str
        case 1: return .int
        case 2: return .float
        case 3: return .bool
        case 4: return .literal(literals(using: &generator))
        case 5: return .list(try type(depth: depth + 1, using: &generator))
        case 6: return .optional(try type(depth: depth + 1, using: &generator))
        default:
            // The name tells records with different fields apart.
            let fields = try (0..<Int.random(in: 1...3, using: &generator)).map { index in
                Field("m\(index)", try type(depth: depth + 1, using: &generator))
            }
            return .record(try Record("R\(generator.next())", fields: fields))
        }
    }

    static func literals(using generator: inout SplitMix64) -> [LiteralValue] {
        let samples: [LiteralValue] = [
            "a", "it's", "\"", "a->b", "x, y", "]", "\\", "\n\t\r", "", "é", "日本", "\u{0}", "\u{1F600}", "e\u{301}x",
            "\u{2028}",
            0, 1, -1, .int(.min), .int(.max), true, false,
        ]
        return Array(samples.shuffled(using: &generator).prefix(Int.random(in: 1...6, using: &generator)))
    }
}
