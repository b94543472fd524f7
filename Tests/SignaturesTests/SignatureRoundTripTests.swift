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
                == #"Literal["it's", 'a\\b', 'x\ny', -1, True]"#)
        #expect(
            FieldType.literal(["\u{1B}\u{200B}\u{10FFFF}é"]).description
                == #"Literal['\x1b\u200b\U0010ffffé']"#)
        // Python's exponents, and its point where Swift has an exponent.
        #expect(
            FieldType.literal([0.5, 1e16, 1e-5, 9_667_150_875_860_856.0]).description
                == "Literal[0.5, 1e+16, 1e-05, 9667150875860856.0]")
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
        let fields = try (0..<count).map { index in try field("f\(index)", using: &generator) }
        let cut = Int.random(in: 1..<count, using: &generator)
        let label = [nil, "sentiment analysis", "two words more"].randomElement(using: &generator) ?? nil
        return try Signature(label: label, inputs: Array(fields[..<cut]), outputs: Array(fields[cut...]))
    }

    /// A field with a type of any kind, and perhaps constraints, a default and a description.
    static func field(_ name: String, using generator: inout SplitMix64) throws -> Field {
        var field = Field(name, try type(depth: 0, using: &generator))
        if Bool.random(using: &generator) {
            field.description = ["x", "a \"b\", 'c'\n", ""].randomElement(using: &generator)
        }
        switch field.type {
        case .int:
            field.constraints = [.atLeast(0), .lessThan(10)]
            field.defaultValue = [nil, 3].randomElement(using: &generator) ?? nil
        case .float: field.constraints = [.greaterThan(-0.5), .atMost(1e-5), .multipleOf(2)]
        case .str:
            field.constraints = [.minLength(1), .pattern("^[a-z]\\d'\"$")]
            field.defaultValue = [nil, "it's\n"].randomElement(using: &generator) ?? nil
        case .list: field.constraints = [.maxLength(7)]
        case .literal(let values): field.defaultValue = values.randomElement(using: &generator)
        default: break
        }
        return field
    }

    private static let plain: [FieldType] = [
        .str, .int, .float, .bool, .bytes, .complex, .any, .probability, .confidence, .embedding(768), .tensor([2, 3]),
        .list(.unspecified), .dict(.unspecified, .unspecified), .set(.unspecified), .variadicTuple(.unspecified),
        .tuple([]), .standard(.date), .standard(.decimal), .dspy(.image), .dspy(.code(language: "c++")),
        .dspy(.reasoning), .alias(.deque, []), .annotated(.int, [.greaterThan(0), .atMost(9)]),
    ]

    static func type(depth: Int, using generator: inout SplitMix64) throws -> FieldType {
        func inner() throws -> FieldType { try type(depth: depth + 1, using: &generator) }
        switch Int.random(in: 0..<(depth > 4 ? 2 : 11), using: &generator) {
        case 0: return plain.randomElement(using: &generator) ?? .str
        case 1: return .literal(literals(using: &generator))
        case 2: return .list(try inner())
        case 3: return .optional(try inner())
        case 4: return .dict(.str, try inner())
        case 5: return .tuple([try inner(), try inner()])
        case 6: return .variadicTuple(try inner())
        case 7: return .union([try inner(), .null, try inner()])
        case 8: return .alias(.mapping, [.str, try inner()])
        case 9: return .set(try inner())
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
            0, 1, -1, .int(.min), .int(.max), true, false, 0.5, -1e300, .none, .bytes([0, 39, 255]),
        ]
        return Array(samples.shuffled(using: &generator).prefix(Int.random(in: 1...6, using: &generator)))
    }
}
