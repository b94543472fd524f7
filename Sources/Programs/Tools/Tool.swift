public import Marshalling
public import PythonPool

/// A Swift closure that a model may call: what it is called, what it does and what it takes. The counterpart of `dspy.Tool`.
///
/// ```swift
/// let weather = try Tool("get_weather", "The weather in a city.", parameters: "city") { (city: String) in
///     try await service.weather(in: city)
/// }
/// ```
public struct Tool: Sendable {
    /// Its name, as the model writes it.
    public let name: String
    /// What it does, for the model; may be empty.
    public let description: String
    /// The JSON Schema of each parameter by its name, in order; one with a `default` may be left out.
    public let parameters: PythonDictionary

    private let body: @Sendable (PythonDictionary) async throws -> PythonValue

    /// Makes a tool of a closure that takes the arguments by name.
    ///
    /// - Parameters:
    ///   - name: What the model writes to call it.
    ///   - description: What it does, for the model.
    ///   - parameters: The JSON Schema of each parameter by its name. It must not refer to definitions elsewhere.
    ///   - body: What it does. It gets the arguments that fit the schemas, and the defaults of those left out. An error that it throws
    ///     is told to the model.
    public init(
        _ name: String, _ description: String = "", schemas parameters: PythonDictionary,
        body: @escaping @Sendable (PythonDictionary) async throws -> PythonValue
    ) {
        self.name = name
        self.description = description
        self.parameters = parameters
        self.body = body
    }

    /// Makes a tool of a closure with typed arguments.
    ///
    /// - Parameters:
    ///   - name: What the model writes to call it.
    ///   - description: What it does, for the model.
    ///   - parameters: Its parameters in order, as Swift does not keep a closure's own names. Left out, a closure that takes one record
    ///     (a struct with a JSON Schema) has its fields as parameters, and another has `argument1` and so on.
    ///   - body: What it does. An error that it throws is told to the model.
    /// - Throws: `ToolDefinitionError` when the parameters do not fit the closure.
    public init<each Argument: PythonDecodable & SendableMetatype, Result: PythonEncodable & SendableMetatype>(
        _ name: String, _ description: String = "", parameters: ToolParameter...,
        body: @escaping @Sendable (repeat each Argument) async throws -> Result
    ) throws {
        let signature = try ToolSignature<repeat each Argument>(
            tool: name, parameters, taking: repeat (each Argument).self)
        self.init(name, description, schemas: ToolSchema.parameters(signature.parameters, signature.schema)) { given in
            let arguments = try signature.arguments(named: given)
            return try PythonValue(wireForm: await body(repeat each arguments).wireForm())
        }
    }

    /// Calls it with what a model wrote.
    ///
    /// - Throws: ``ToolArgumentError`` when the arguments do not fit, else what the closure throws.
    public func callAsFunction(_ arguments: PythonDictionary) async throws -> PythonValue {
        try await body(try ToolSchema.checked(arguments, of: self))
    }
}

extension Tool {
    /// The tool as prompts tell of it (`dspy.Tool.__str__`).
    public var prompt: String {
        let told = description.isEmpty ? "." : ", whose description is <desc>\(description)</desc>."
        let line = PythonText.split(told).joined(separator: "  ")
        return "\(name)\(line) It takes arguments \(PythonValue.dict(parameters).pythonRepresentation)."
    }
}
