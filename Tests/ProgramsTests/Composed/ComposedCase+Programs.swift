import LanguageModels
import Marshalling
import Programs
import PythonPool
import Signatures

// The programs of `parity/composed_cases.py` in Swift.

extension ComposedCase {
    /// What the Swift twin gives, in the form of ``result``, and its prediction if it is one.
    func run(on runtime: ProgramRuntime) async throws -> (result: PythonValue, prediction: Prediction?) {
        let parts = id.split(separator: "/").map(String.init)
        let name = parts.last ?? ""
        switch parts[0] {
        case "react":
            let inputs: PythonDictionary =
                isTyped ? ["city": "Bern", "hours": [9, 17]] : ["question": "What is 3 and 4?"]
            return Self.shown(try await agent(name, on: runtime)(inputs))
        case "best": return Self.shown(try await best(name, on: runtime)(["question": "Capital of Belgium?"]))
        case "refine":
            return Self.shown(try await refine(name, on: runtime)(["question": "Größe of «Bern»?\nIn m²"]))
        case "comparison":
            let compare = try comparison(name, on: runtime)
            let completions = given["completions"]?.elements?.compactMap(\.dict) ?? []
            return Self.shown(try await compare(completions, inputs: ["question": "Capital?"]))
        case "majority":
            let completions = given["completions"]?.elements?.compactMap(\.dict) ?? []
            let winner = try Majority.of(completions, field: name == "field" ? "x" : nil)
            return (.dict(winner ?? [:]), nil)
        case "tool": return (.list(await arguments()), nil)
        case "parallel": return (try await parallel(name, on: runtime), nil)
        default:
            let texts = given["texts"]?.elements?.compactMap(\.string) ?? []
            return (.list(texts.map { .string(TextNormalization.normalized($0)) }), nil)
        }
    }

    private static func shown(_ prediction: Prediction) -> (PythonValue, Prediction?) {
        var shown = PythonDictionary()
        if let trajectory = prediction.trajectory { shown["trajectory"] = .dict(trajectory.dictionary) }
        for entry in prediction.outputs { shown[entry.key] = entry.value }
        return (.dict(shown), prediction)
    }

    // MARK: ReAct

    private var isTyped: Bool { ["react/typed", "react/json"].contains(id) }

    private func agent(_ name: String, on runtime: ProgramRuntime) throws -> ReAct {
        let plan = try Signature(
            name: "Plan", instructions: "Plans a day.\n\nBe brief.",
            inputs: [Field("city", description: "where"), Field("hours", .list(.int))],
            outputs: [Field("plan", .list(.str), description: "what to do"), Field("cost", .float)])
        let signature = isTyped ? plan : try Signature("question -> answer")
        return try ReAct(
            signature, tools: name == "no tools" ? [] : Self.tools(), maximumSteps: name == "steps run out" ? 2 : 20,
            on: runtime)
    }

    /// An error of the name that DSPy's tool raises.
    private struct ValueError: Error, CustomStringConvertible { let description: String }

    private static func tools() throws -> [Tool] {
        [
            try Tool("add", "Adds two numbers.", parameters: "a", .init("b", default: 2)) { (a: Int, b: Int) in a + b },
            try Tool(
                "lookup", "Looks a city up.\n\n    Second paragraph.\n    ",
                parameters: .init("city", "its 'name'"), .init("days", "how many"), .init("tags", default: .list([]))
            ) { (city: String, days: Int?, tags: [String]) -> PythonValue in
                [
                    "city": .string(city), "days": days.map(PythonValue.int) ?? .none,
                    "tags": .list(tags.map(PythonValue.string)), "warm": true, "degrees": 21.5,
                ]
            },
            try Tool("words", parameters: "text") { (text: String) in text.split(separator: " ").map(String.init) },
            try Tool("nothing", "Gives nothing.") { PythonValue.none },
            try Tool("fail", "Always fails.", parameters: "reason") { (reason: String) -> String in
                throw ValueError(description: reason)
            },
        ]
    }

    // MARK: Several attempts

    private struct Failure: Error {}

    private static let short: @Sendable (PythonDictionary, Prediction) throws -> Double = { _, prediction in
        let count = prediction["answer"]?.string?.unicodeScalars.count ?? 0
        return count <= 3 ? 1 : 1 / Double(count)
    }

    private struct Steps: Module {
        let plan: ChainOfThought
        let write: Predict

        init(on runtime: ProgramRuntime) throws {
            plan = ChainOfThought(try Signature("question -> plan: list[str]"), on: runtime)
            write = Predict(try Signature("question, plan: list[str] -> answer"), on: runtime)
        }

        func callAsFunction(
            _ inputs: PythonDictionary, deadline: ContinuousClock.Instant?
        ) async throws -> Prediction {
            let planned = try await plan(inputs, deadline: deadline)
            let found: PythonDictionary = ["plan": planned["plan"] ?? .none]
            return try await write(found.merging(inputs), deadline: deadline)
        }
    }

    private func module(_ name: String, on runtime: ProgramRuntime) throws -> any Module {
        let signature = try Signature("question -> answer")
        switch name {
        case "chain of thought": return ChainOfThought(signature, on: runtime)
        case "two programs": return try Steps(on: runtime)
        case "an agent": return try ReAct(signature, tools: Self.tools(), on: runtime)
        case "a temperature of its own": return Predict(signature, on: runtime, options: .init(temperature: 0.25))
        case "nested":
            return BestOfN(Predict(signature, on: runtime), attempts: 2, threshold: 1, reward: Self.short)
        default: return Predict(signature, on: runtime)
        }
    }

    private func best(_ name: String, on runtime: ProgramRuntime) throws -> BestOfN {
        let counts = ["one attempt": 1, "too many unreadable": 5, "late failure": 5, "five unreadable": 5]
        let limit = ["too many unreadable", "late failure"].contains(name) ? 1 : nil
        return BestOfN(
            try module(name, on: runtime), attempts: counts[name] ?? 3, threshold: 1, failureLimit: limit
        ) { inputs, prediction in
            if name == "equal" { return 0 }
            if prediction["answer"] == "raise" { throw Failure() }
            return try Self.short(inputs, prediction)
        }
    }

    private func refine(_ name: String, on runtime: ProgramRuntime) throws -> Refine {
        Refine(
            try module(name, on: runtime), attempts: ["last attempt", "no threshold"].contains(name) ? 2 : 3,
            threshold: name == "no threshold" ? nil : 1, on: runtime, programDescription: given["program_code"]?.string,
            rewardDescription: given["reward_code"]?.string, reward: Self.short)
    }

    // MARK: The others

    private func comparison(_ name: String, on runtime: ProgramRuntime) throws -> MultiChainComparison {
        let signature =
            name == "two"
            ? try Signature("question -> answer: float", instructions: "How large is it?")
            : try Signature("question -> answer")
        return try MultiChainComparison(
            signature, attempts: name == "two" ? 2 : 3, on: runtime,
            options: .init(temperature: name == "temperature" ? 0.2 : nil))
    }

    /// What a tool says of each argument; None when it takes it.
    private func arguments() async -> [PythonValue] {
        var told: [PythonValue] = []
        for pair in given["pairs"]?.elements ?? [] {
            let tool = Tool("t", schemas: ["x": pair[0] ?? .none]) { _ in .none }
            do {
                _ = try await tool(["x": pair[1] ?? .none])
                told.append(.none)
            } catch { told.append(.string((error as? ToolArgumentError)?.message ?? "\(error)")) }
        }
        return told
    }

    private func parallel(_ name: String, on runtime: ProgramRuntime) async throws -> PythonValue {
        let isLong = name == "too many fail"
        let predict = Predict(try Signature("question -> answer"), on: runtime)
        let outcomes = try await Parallel(limit: 1, maximumFailures: isLong ? 2 : 10)(
            predict, (0..<(isLong ? 5 : 3)).map { ["question": .string("\($0)")] })
        return .list(outcomes.map { $0.prediction.map { .dict($0.outputs) } ?? PythonValue.none })
    }
}

extension PythonDictionary {
    /// These entries, then those of another.
    fileprivate func merging(_ other: PythonDictionary) -> PythonDictionary {
        var result = self
        for entry in other { result[entry.key] = entry.value }
        return result
    }
}
