import LanguageModels
import Marshalling
import Programs
import PythonPool
import Signatures
import Synchronization

/// Stands in for a pool: answers with what it was given and remembers what it was asked.
final class ScriptedExecutor: PythonExecutor {
    struct Call: Sendable {
        var target: String
        var args: [PythonValue]
        var kwargs: PythonDictionary
        var deadline: ContinuousClock.Instant?
    }

    private let answer: @Sendable () throws -> PythonValue
    private let recorded = Mutex<[Call]>([])
    private let closures = Mutex<[UInt64: @Sendable (PythonArguments) async throws -> PythonValue]>([:])

    init(_ answer: @autoclosure @escaping @Sendable () throws -> PythonValue) { self.answer = answer }

    convenience init(throwing error: any Error & Sendable) { self.init(try Self.failing(error)) }

    private static func failing(_ error: any Error) throws -> PythonValue { throw error }

    var calls: [Call] { recorded.withLock(\.self) }

    func callReportingWorker(
        _ target: String, _ args: [PythonValue], _ kwargs: PythonDictionary, deadline: ContinuousClock.Instant?
    ) async throws -> (value: PythonValue, worker: Int32) {
        recorded.withLock { $0.append(Call(target: target, args: args, kwargs: kwargs, deadline: deadline)) }
        return (try answer(), 4711)
    }

    func callable(_ body: @escaping @Sendable (PythonArguments) async throws -> PythonValue) -> PythonValue {
        closures.withLock { closures in
            let id = UInt64(closures.count + 1)
            closures[id] = body
            return .hosted(PythonHosted(.callable, id: id) { _ in })
        }
    }

    /// Calls a closure that was given as an argument, as Python would.
    func call(_ function: PythonValue?, _ arguments: PythonArguments) async throws -> PythonValue? {
        guard case .hosted(let hosted) = function else { return nil }
        return try await closures.withLock { $0[hosted.id] }?(arguments)
    }

    /// A runtime whose programs have no implementation but Python's.
    func runtime(timeout: Duration = .seconds(60)) -> ProgramRuntime {
        var registry = ProgramRegistry([])
        registry.registerPython(.predict, path: "dspy.Predict")
        registry.registerPython(.chainOfThought, path: "dspy.ChainOfThought")
        let router = Router(
            pools: ["general"], models: ["small": .init(responseSchema: true), "large": .init()], defaultModel: "small",
            defaultTimeout: timeout, registry: registry)
        return ProgramRuntime(router: router, executors: ["general": self])
    }
}

extension PythonException {
    static func parseError(_ text: String) -> PythonException {
        PythonException(
            type: "dspy.utils.exceptions.AdapterParseError", message: "Adapter JSONAdapter failed to parse",
            worker: 4711,
            details: [
                "code": "adapter_parse_error", "adapter": "JSONAdapter", "lm_response": .string(text),
                "expected": ["answer", "score"], "parsed": ["answer"],
            ])
    }
}
