public import DSPexMacros
import Testing

@SignatureValue enum Mood { case good, neutral, bad }

@SignatureValue enum Urgency: Int {
    case low = 1
    case high = 10
}

@SignatureValue enum Channel: String, CaseIterable { case mail, phone = "call" }

@SignatureValue struct Customer: Equatable {
    /// As it is spelled in the message.
    var name: String
    @Guide("In years.", .range(0...150)) var age: Int?
    @PythonKey("contact") var channels: Set<Channel> = []
    let version = 1
}

/// Sort a customer's message.
/// Be quick.
@Signature struct Triage {
    @Input("As it came.", .count(1...500)) var message: String
    /// What was said
    /// before.
    @Input var history: [String] = []
    @Input var limits: [Urgency: Int] = [:]
    @Output var mood: Mood = .neutral
    @Output(.range(0...1)) var confidence: Double
    @Output("Who wrote.", name: "who") var `self_`: Customer?
    @Output(.anyOf(["refund", "repair"])) var action: String? = nil
    @Output(.anyOf([1, 2])) var steps: Int
    var count: Int { history.count }
    static let shared = 1
}

/// Seen from other modules.
@Signature("Translate.") public struct Translate: Equatable {
    /// In English.
    @Input public let text: String
    /// In lower case.
    @Output(.pattern("[a-z]+")) public let french: String
}

/// What the source cannot show: a constraint on a type that is spelled by an alias.
typealias Celsius = String
@Signature struct Unsound {
    @Input(.range(0...1)) var temperature: Celsius
    @Output var answer: String
}

/// Two types that contain each other.
@SignatureValue struct Left { var right: [Right] }
@SignatureValue struct Right { var left: Left? }
@Signature struct Endless {
    @Input var left: Left
    @Output var answer: String
}

@Suite struct SignatureMacroTests {
    @Test func `The struct is a signature`() throws {
        let customer = try Record(
            "Customer",
            fields: [
                .init("name", description: "As it is spelled in the message."),
                .init(
                    "age", .optional(.int), description: "In years.", constraints: [.atLeast(0), .atMost(150)]),
                .init("contact", .set(.literal(["mail", "call"]))),
            ])
        #expect(
            Triage.signature
                == (try Signature(
                    name: "Triage", instructions: "Sort a customer's message.\nBe quick.",
                    inputs: [
                        .init("message", description: "As it came.", constraints: [.minLength(1), .maxLength(500)]),
                        .init("history", .list(.str), description: "What was said before."),
                        .init("limits", .dict(.literal([1, 10]), .int)),
                    ],
                    outputs: [
                        .init("mood", .literal(["good", "neutral", "bad"]), default: "neutral"),
                        .init("confidence", .float, constraints: [.atLeast(0), .atMost(1)]),
                        .init("who", .optional(.record(customer)), description: "Who wrote."),
                        .init("action", .optional(.literal(["refund", "repair"])), default: LiteralValue.none),
                        .init("steps", .literal([1, 2])),
                    ])))
        #expect(Triage.declaration.fault == nil)
        #expect(Translate.signature.instructions == "Translate.")
        #expect(
            Translate.signature.description
                == #"text "In English." -> french: str(pattern='[a-z]+') "In lower case.""#)
    }

    @Test func `An instance is a worked example, there and back`() throws {
        let example = Triage(
            message: "Broken!", limits: [.high: 3, .low: 5], mood: .bad, confidence: 0.5,
            self_: Customer(name: "Ann", age: nil, channels: [.phone, .mail]), steps: 2)
        let values: PythonDictionary = [
            "message": "Broken!", "history": [], "limits": .dict([1: 5, 10: 3]), "mood": "bad", "confidence": 0.5,
            "who": ["name": "Ann", "age": .none, "contact": .set(["call", "mail"])], "action": .none, "steps": 2,
        ]
        #expect(PythonDictionary(example) == values)
        #expect(try Triage(example: values) == example)
        let lean: PythonDictionary = ["message": "m", "confidence": 1, "steps": 1]
        #expect(try Triage(example: lean) == Triage(message: "m", confidence: 1, steps: 1))
    }

    @Test func `The sides are types of their own`() throws {
        let input = Triage.Input(message: "m", history: ["a"])
        #expect(PythonDictionary(input) == ["message": "m", "history": ["a"], "limits": [:]])
        let output = Triage.Output(mood: .good, confidence: 1, steps: 2)
        #expect(Triage(input, output) == Triage(message: "m", history: ["a"], mood: .good, confidence: 1, steps: 2))
        #expect(Set([output, output]).count == 1)
        #expect(Translate(.init(text: "dog"), .init(french: "chien")).french == "chien")
    }

    @Test func `A partial output has what is there`() {
        let partial = Triage.Output.Partial(partial: ["mood": "ba", "confidence": 0.5, "who": ["name": "An"]])
        #expect(partial.mood == nil)
        #expect(partial.confidence == 0.5)
        #expect(partial.self_ == Customer(name: "An"))
        #expect(partial == Triage.Output.Partial(confidence: 0.5, self_: Customer(name: "An")))
        #expect(Triage.Output.Partial(partial: [:]) == .init())
    }

    @Test func `Every failure is told at once, at its path`() throws {
        let values: PythonDictionary = [
            "message": 1, "limits": .dict(["x": 1]), "mood": "odd",
            "who": ["age": "old", "contact": ["mail", "fax"]], "steps": 2,
        ]
        let error = try #require(throws: InputError.self) { try Triage(example: values) }
        #expect(
            error.problems.map(\.path).sorted() == [
                "confidence", "limits key x", "message", "mood", "who.age", "who.contact[1]", "who.name",
            ])
    }

    @Test func `What only shows when types meet is a fault, not a trap`() {
        #expect(
            Unsound.declaration.fault?.message
                == "'ge=0' cannot hold for a 'str'; leave it out, or change the type")
        #expect(
            Endless.declaration.fault?.message
                == "the type 'Left' contains itself, which no signature can say; leave the inner one out")
    }
}
