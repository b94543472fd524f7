public import Marshalling
import Synchronization

extension PythonPool {
    /// The Swift closures that Python code in the pool's workers can call as functions.
    public var tools: PythonTools { PythonTools(engine: engine) }
}

/// Swift closures that Python code can call as functions.
///
/// ```swift
/// try python.tools.register("lookup", "The weather in a city", parameters: "city") { (city: String) in
///     try await weather(in: city)
/// }
/// ```
///
/// ```python
/// from dspex_worker import tools
///
/// tools.lookup(city="Bern")
/// ```
///
/// Workers learn of a tool when they first ask for it, and of every change; none is restarted.
public struct PythonTools: Sendable {
    let engine: PoolEngine

    /// The tools by name.
    public var list: [PythonTool] { engine.tools.list }

    /// Makes a closure callable from Python. A tool of the same name is replaced.
    ///
    /// - Parameters:
    ///   - name: the function's name, an ASCII identifier.
    ///   - description: what it does, for models and for `help()`.
    ///   - parameters: its parameters in order, as Swift does not keep a closure's own names. Left out, a closure that takes one record (a
    ///     struct with a JSON Schema) has its fields as parameters, and another has `argument1` and so on.
    ///   - body: what it does. Its task ends with the Python call. An error it throws is raised in Python and, when Python lets it through,
    ///     thrown by the call as itself; a ``PythonException`` is raised as its class where that is a built-in one. Calls of the same pool
    ///     that it makes are served although Python waits, 16 deep at most.
    /// - Returns: the tool as Python sees it.
    /// - Throws: ``ToolDefinitionError``.
    @discardableResult
    public func register<each Argument: PythonDecodable & SendableMetatype, Result: PythonEncodable & SendableMetatype>(
        _ name: String, _ description: String = "", parameters: ToolParameter...,
        body: @escaping @Sendable (repeat each Argument) async throws -> Result
    ) throws -> PythonTool {
        let signature = try ToolSignature<repeat each Argument>(
            tool: name, parameters, taking: repeat (each Argument).self)
        let returns = (Result.self as? any PythonDescribable.Type)?.jsonSchema.dict
        return try register(
            name, description, signature.parameters, signature.schema, returns,
            .value { question in
                let arguments = try signature.arguments(of: question)
                return try WirePayload(await body(repeat each arguments))
            })
    }

    /// Makes a closure callable from Python that returns nothing; Python gets `None`.
    ///
    /// - Throws: ``ToolDefinitionError``.
    @discardableResult
    public func register<each Argument: PythonDecodable & SendableMetatype>(
        _ name: String, _ description: String = "", parameters: ToolParameter...,
        body: @escaping @Sendable (repeat each Argument) async throws -> Void
    ) throws -> PythonTool {
        let signature = try ToolSignature<repeat each Argument>(
            tool: name, parameters, taking: repeat (each Argument).self)
        return try register(
            name, description, signature.parameters, signature.schema, ["type": "null"],
            .value { question in
                let arguments = try signature.arguments(of: question)
                try await body(repeat each arguments)
                return try WirePayload(PythonValue.none)
            })
    }

    /// Takes a tool away: Python code that still has the function gets a `LookupError` from it.
    ///
    /// - Returns: whether there was one.
    @discardableResult
    public func unregister(_ name: String) -> Bool {
        engine.upcalls.unregister(ToolRegistry.upcall(of: name))
        let removed = engine.tools.replace(name, by: nil)
        engine.announceTools()
        return removed != nil
    }

    private func register(
        _ name: String, _ description: String, _ parameters: [ToolParameter], _ schema: PythonDictionary,
        _ returns: PythonDictionary?, _ handler: UpcallHandler
    ) throws -> PythonTool {
        guard PythonIdentifier.isValid(name) else {
            throw ToolDefinitionError(tool: name, problem: "the name is no ASCII identifier of Python")
        }
        let tool = PythonTool(
            name: name, description: description, parameters: parameters, schema: schema, returns: returns)
        engine.upcalls.register(ToolRegistry.upcall(of: name), handler)
        _ = engine.tools.replace(name, by: tool)
        engine.announceTools()
        return tool
    }
}

extension PoolEngine {
    /// Tells the workers that the tools have changed; what they know of them they ask for when they need it.
    fileprivate func announceTools() {
        let version = tools.version
        for connection in core.withLock({ Array($0.connections.values) }) {
            // A channel that fails here belongs to a worker that has ended.
            try? connection.channel.send(Frame(.tools, aux: version))
        }
    }
}
