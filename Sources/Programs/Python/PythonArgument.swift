public import LanguageModels
public import Marshalling
public import PythonPool
public import Signatures

/// An argument of something of DSPy's: a plain value, a Swift closure, or something else of DSPy's.
///
/// ```swift
/// let agent = platform.dspy("ReAct", signature, arguments: ["tools": [.tool(weather)], "max_iters": 4])
/// let best = platform.dspy("BestOfN", arguments: [
///     "module": .program(try .init(answer)), "N": 3, "threshold": 1.0,
///     "reward_fn": .reward("one_word", "Answers of one word are best.") { _, outputs in
///         outputs["answer"]?.string?.contains(" ") == false ? 1 : 0
///     },
/// ])
/// ```
public indirect enum PythonArgument: Sendable {
    /// A plain value, as it is.
    case value(PythonValue)
    /// Arguments in a list.
    case list([PythonArgument])
    /// Arguments by names.
    case dictionary([String: PythonArgument])
    /// A tool that a model may call.
    case tool(Tool)
    /// A tool that is registered with the pool (`PythonTools`), by its name.
    case registeredTool(String)
    /// A function. DSPy may show its name and description to a model when it has them; then it is called with two arguments.
    case function(name: String?, description: String, @Sendable (PythonArguments) async throws -> PythonValue)
    /// A metric, for parameters of that name.
    case metric(Metric)
    /// A program of DSPy's.
    case program(PythonTarget)
    /// Anything else of DSPy's: an adapter, a retriever, a metric.
    case object(PythonTarget)
    /// A model of the platform, by its name, and how it writes.
    case model(String, GenerationOptions = .init())
    /// A signature.
    case signature(Signature)
    /// A worked example; `inputs` names which of its fields are inputs.
    case example(PythonDictionary, inputs: [String])
}

extension PythonArgument {
    /// A function that says how good the outputs for some inputs are, as `BestOfN` and `Refine` take it.
    ///
    /// - Parameters:
    ///   - name: An identifier.
    ///   - description: What it rewards. `Refine` shows both to a model, which advises by them.
    public static func reward(
        _ name: String, _ description: String,
        _ body: @escaping @Sendable (_ inputs: PythonDictionary, _ outputs: PythonDictionary) async throws -> Double
    ) -> PythonArgument {
        .function(name: name, description: description) { arguments in
            .float(try await body(arguments[0]?.dict ?? [:], arguments[1]?.dict ?? [:]))
        }
    }
}

extension PythonArgument: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// A text.
    public init(stringLiteral value: String) { self = .value(.string(value)) }
    /// A whole number.
    public init(integerLiteral value: Int) { self = .value(.int(value)) }
    /// A number.
    public init(floatLiteral value: Double) { self = .value(.float(value)) }
    /// A truth value.
    public init(booleanLiteral value: Bool) { self = .value(.bool(value)) }
    /// Arguments in a list.
    public init(arrayLiteral elements: PythonArgument...) { self = .list(elements) }
    /// Arguments by names; of two with one name the later one holds.
    public init(dictionaryLiteral elements: (String, PythonArgument)...) {
        self = .dictionary(Dictionary(elements) { _, later in later })
    }
}
