public import Marshalling

/// What DSPy saves of one predictor (`dspy/predict/predict.py`, `Predict.dump_state`).
public struct PredictorState: Sendable, Hashable {
    /// What DSPy saves of one field. Its name is not among it: fields are known by their order, inputs first.
    public struct Field: Sendable, Hashable {
        /// What stands before the value where a prompt has no markers: `Question:`. No adapter of DSPy 3 writes it; optimisers change it.
        public var prefix: String
        /// What the model is told about the field; `${name}` for nothing.
        public var description: String

        /// Makes a field.
        public init(prefix: String, description: String) {
            self.prefix = prefix
            self.description = description
        }

        /// What DSPy has for a field of this name: the inferred prefix, and `${name}` when there is no description.
        public init(named name: String, description: String? = nil) {
            self.init(
                prefix: FieldPrefix.inferred(from: name), description: description ?? Self.noDescription(of: name))
        }

        /// How DSPy writes that there is no description.
        static func noDescription(of name: String) -> String { "${\(name)}" }
    }

    /// The task in words.
    public var instructions: String
    /// The fields in their order, inputs first.
    public var fields: [Field]
    /// Worked examples, with whatever else DSPy keeps in them, such as `augmented`.
    public var demos: [PythonDictionary]
    /// What old versions of DSPy kept here; they write it still.
    public var traces: [PythonValue]
    /// What old versions of DSPy kept here; they write it still.
    public var train: [PythonValue]
    /// What DSPy calls `fields` of a predictor: what it has decided about fields at run time. Default none, and then it is not written.
    public var decisions: PythonDictionary
    /// A model of the predictor's own, as DSPy describes it; `.none` when it has none.
    public var model: PythonValue

    /// Makes a state.
    public init(
        instructions: String, fields: [Field], demos: [PythonDictionary] = [], traces: [PythonValue] = [],
        train: [PythonValue] = [], decisions: PythonDictionary = [:], model: PythonValue = .none
    ) {
        self.instructions = instructions
        self.fields = fields
        self.demos = demos
        self.traces = traces
        self.train = train
        self.decisions = decisions
        self.model = model
    }
}

// MARK: Reading and writing

extension PredictorState {
    private static let required = ["signature", "demos", "lm"]
    private static let optional = ["traces", "train", "fields"]

    /// Reads what DSPy has saved of one predictor.
    ///
    /// - Parameter path: Where it stands in the whole, for errors; with a dot at its end, or empty.
    init(_ saved: PythonDictionary, at path: String) throws(ProgramStateError) {
        for key in Self.required where saved[.string(key)] == nil {
            throw ProgramStateError(path + key, .missing)
        }
        let known = Self.required + Self.optional
        for entry in saved {
            let key = entry.key.string ?? ""
            guard known.contains(key) else { throw ProgramStateError(path + key, .unknown(known: known)) }
        }
        let within = path + "signature"
        let signature = try Self.dict(saved["signature"], at: within)
        guard let instructions = signature["instructions"]?.string else {
            throw ProgramStateError(within + ".instructions", signature["instructions"], expected: "text")
        }
        var fields: [Field] = []
        for (index, field) in try Self.list(signature["fields"], at: within + ".fields").enumerated() {
            let place = "\(within).fields[\(index)]"
            for key in ["prefix", "description"] where field[.string(key)]?.string == nil {
                throw ProgramStateError("\(place).\(key)", field[.string(key)], expected: "text")
            }
            fields.append(
                Field(prefix: field["prefix"]?.string ?? "", description: field["description"]?.string ?? ""))
        }
        var demos: [PythonDictionary] = []
        for (index, demo) in try Self.list(saved["demos"], at: path + "demos").enumerated() {
            demos.append(try Self.dict(demo, at: "\(path)demos[\(index)]"))
        }
        self.init(
            instructions: instructions, fields: fields, demos: demos,
            traces: try saved["traces"].map { value throws(ProgramStateError) in
                try Self.list(value, at: path + "traces")
            } ?? [],
            train: try saved["train"].map { value throws(ProgramStateError) in
                try Self.list(value, at: path + "train")
            } ?? [],
            decisions: try saved["fields"].map { value throws(ProgramStateError) in
                try Self.dict(value, at: path + "fields")
            } ?? [:],
            model: saved["lm"] ?? .none)
    }

    private static func list(_ value: PythonValue?, at path: String) throws(ProgramStateError) -> [PythonValue] {
        guard case .list(let elements) = value?.unshared else {
            throw ProgramStateError(path, value, expected: "a list")
        }
        return elements
    }

    private static func dict(_ value: PythonValue?, at path: String) throws(ProgramStateError) -> PythonDictionary {
        guard let entries = value?.dict else { throw ProgramStateError(path, value, expected: "an object") }
        return entries
    }

    /// The state in DSPy's form and order.
    var pythonValue: PythonDictionary {
        var saved: PythonDictionary = [
            "traces": .list(traces), "train": .list(train), "demos": .list(demos.map(PythonValue.dict)),
            "signature": [
                "instructions": .string(instructions),
                "fields": .list(
                    fields.map { ["prefix": .string($0.prefix), "description": .string($0.description)] }),
            ],
        ]
        if !decisions.isEmpty { saved["fields"] = .dict(decisions) }
        saved["lm"] = model
        return saved
    }
}
