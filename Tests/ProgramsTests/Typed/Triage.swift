import Marshalling
import Programs
import Signatures

// What `@Signature` and `@SignatureValue` write for a small task, so that these tests need no macros to be built.
// `CheckedInExpansionTests` holds it against the macros.

enum Mood {
    case good, bad
}

struct Customer {
    /// As it is spelled.
    var name: String
    var age: Int?
}

/// Sort a customer's message.
struct Triage {
    var message: String
    var history: [String] = []
    var mood: Mood
    var confidence: Double = 0.5
    var customer: Customer?

    /// What goes in.
    struct Input: SignatureFields {
        /// As it came.
        var message: String
        var history: [String]
        init(message: String, history: [String] = []) {
            self.message = message
            self.history = history
        }
        init?(from reader: inout FieldReader) {
            let _message = reader.take(String.self, "message")
            let _history = reader.take([String].self, "history", default: [])
            guard let _message, let _history else {
                return nil
            }
            self.message = _message
            self.history = _history
        }
        func encode(into values: inout PythonDictionary) {
            values["message"] = self.message.fieldValue()
            values["history"] = self.history.fieldValue()
        }
    }

    /// What comes out.
    struct Output: SignatureOutput {
        var mood: Mood
        var confidence: Double
        var customer: Customer?
        init(mood: Mood, confidence: Double = 0.5, customer: Customer? = nil) {
            self.mood = mood
            self.confidence = confidence
            self.customer = customer
        }
        init?(from reader: inout FieldReader) {
            let _mood = reader.take(Mood.self, "mood")
            let _confidence = reader.take(Double.self, "confidence", default: 0.5)
            let _customer = reader.take(Customer?.self, "customer")
            guard let _mood, let _confidence, let _customer else {
                return nil
            }
            self.mood = _mood
            self.confidence = _confidence
            self.customer = _customer
        }
        func encode(into values: inout PythonDictionary) {
            values["mood"] = self.mood.fieldValue()
            values["confidence"] = self.confidence.fieldValue()
            values["customer"] = self.customer.fieldValue()
        }
        /// What has come out so far.
        struct Partial: PartialOutput {
            var mood: Mood?
            var confidence: Double?
            var customer: Customer?
            init() {
            }
            init(mood: Mood? = nil, confidence: Double? = nil, customer: Customer? = nil) {
                self.mood = mood
                self.confidence = confidence
                self.customer = customer
            }
            init?(from reader: inout FieldReader) {
                self.mood = reader.take(Mood.self, "mood")
                self.confidence = reader.take(Double.self, "confidence")
                self.customer = reader.take(Customer?.self, "customer") ?? nil
            }
            func encode(into values: inout PythonDictionary) {
                values["mood"] = self.mood?.fieldValue()
                values["confidence"] = self.confidence?.fieldValue()
                values["customer"] = self.customer?.fieldValue()
            }
        }
    }

    /// The fields, as programs see them.
    static let declaration = SignatureDeclaration(
        "Triage", instructions: "Sort a customer's message.",
        inputs: [
            .of(String.self, "message", description: "As it came."),
            .of([String].self, "history"),
        ],
        outputs: [
            .of(Mood.self, "mood"),
            .of(Double.self, "confidence", default: 0.5, constraints: [.atLeast(.int(0)), .atMost(.int(1))]),
            .of(Customer?.self, "customer"),
        ])

    /// The two sides of a worked example.
    static func sides(of example: Self) -> (input: Input, output: Output) {
        (
            Input(message: example.message, history: example.history),
            Output(mood: example.mood, confidence: example.confidence, customer: example.customer)
        )
    }

    init(message: String, history: [String] = [], mood: Mood, confidence: Double = 0.5, customer: Customer? = nil) {
        self.message = message
        self.history = history
        self.mood = mood
        self.confidence = confidence
        self.customer = customer
    }

    /// Makes a worked example of its two sides.
    init(_ input: Input, _ output: Output) {
        self.message = input.message
        self.history = input.history
        self.mood = output.mood
        self.confidence = output.confidence
        self.customer = output.customer
    }
}

extension Mood: SignatureValue {
    static func describe(in types: inout FieldTypes) -> FieldType {
        .literal(["good", "bad"])
    }
    func fieldValue() -> PythonValue {
        switch self {
        case .good:
            .string("good")
        case .bad:
            .string("bad")
        }
    }
    init?(from reader: inout FieldReader) {
        switch reader.value.string {
        case "good":
            self = .good
        case "bad":
            self = .bad
        default:
            reader.mistyped(Self.self)
            return nil
        }
    }
}

extension Customer: SignatureValue {
    static func describe(in types: inout FieldTypes) -> FieldType {
        types.record(
            "Customer",
            [
                .of(String.self, "name", description: "As it is spelled."),
                .of(Int?.self, "age", description: "In years.", constraints: [.atLeast(.int(0)), .atMost(.int(150))]),
            ])
    }
    func fieldValue() -> PythonValue {
        var values = PythonDictionary()
        values["name"] = self.name.fieldValue()
        values["age"] = self.age.fieldValue()
        return .dict(values)
    }
    init?(from reader: inout FieldReader) {
        guard reader.isRecord(of: Self.self) else {
            return nil
        }
        let _name = reader.take(String.self, "name")
        let _age = reader.take(Int?.self, "age")
        guard let _name, let _age else {
            return nil
        }
        self.name = _name
        self.age = _age
    }
}

extension Triage: TypedSignature {
}
