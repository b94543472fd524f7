import DSPex

/// Tasks that the embedded model answers the same way every time.
enum QuickStart {
    /// The likeliest token every time, and an end to every answer.
    static let options = GenerationOptions(maxTokens: 96, temperature: 0, seed: 7)

    static func tasks() throws(SignatureError) -> [QuickStartTask] {
        let person = try Record("Person", fields: [Field("name"), Field("age", .int), Field("city")])
        return [
            QuickStartTask(
                name: "number",
                signature: try Signature("text -> count: int", instructions: "Extract the number in the text."),
                inputs: ["text": "There are 7 apples in the box."], expected: ["count": 7]),
            QuickStartTask(
                name: "price",
                signature: try Signature("text -> price: float", instructions: "Extract the price from the text."),
                inputs: ["text": "The book costs 12.50 dollars."], expected: ["price": 12.5]),
            QuickStartTask(
                name: "person",
                signature: try Signature(
                    "text -> person: Person", instructions: "Extract the person from the text.",
                    types: ["Person": .record(person)]),
                inputs: ["text": "Tom is 25 years old and lives in London."],
                expected: ["person": ["name": "Tom", "age": 25, "city": "London"]]),
            QuickStartTask(
                name: "city", signature: try Signature("text -> city: str", instructions: "Extract the city."),
                inputs: ["text": "The meeting is on Monday in Berlin."], expected: ["city": "Berlin"]),
            QuickStartTask(
                name: "sentiment", signature: try sentiment(),
                inputs: ["text": "The service was awful and the room was dirty."], expected: ["sentiment": "negative"]),
            QuickStartTask(
                name: "praise", signature: try sentiment(), inputs: ["text": "What a fantastic, delightful day!"],
                expected: ["sentiment": "positive"]),
            QuickStartTask(
                name: "sum", signature: try Signature("question -> answer: int", instructions: "Answer the question."),
                inputs: ["question": "What is 1 plus 2?"], expected: ["answer": 3], reasons: true,
                // In the order in which DSPy's LabeledFewShot would show them.
                demos: [(3, 4), (5, 1), (2, 2)].map { sum($0, $1) }),
        ]
    }

    private static func sentiment() throws(SignatureError) -> Signature {
        try Signature(
            "text -> sentiment: Literal['positive', 'negative']", instructions: "Classify the sentiment of the text.")
    }

    /// A sum as a worked example.
    private static func sum(_ a: Int, _ b: Int) -> PythonDictionary {
        [
            "question": "What is \(a) plus \(b)?", "reasoning": "\(a) plus \(b) equals \(a + b).",
            "answer": .int(a + b),
        ]
    }
}
