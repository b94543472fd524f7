import Marshalling

/// One step of an expression; what `dspex_worker.expressions` runs. A step that two others use runs once.
final class ExpressionStep: Sendable {
    indirect enum Kind: Sendable {
        /// A module, or an attribute of one, by its path; empty for where all of them begin.
        case module(String)
        case value(PythonObject.Argument)
        case get(ExpressionStep, String)
        case set(ExpressionStep, String, Operand)
        case delete(ExpressionStep, String)
        case item(ExpressionStep, Operand)
        case setItem(ExpressionStep, Operand, Operand)
        case deleteItem(ExpressionStep, Operand)
        case call(ExpressionStep, [Operand], [(String, Operand)])
        case apply(String, [Operand])
    }

    enum Operand: Sendable {
        case step(ExpressionStep)
        case value(PythonObject.Argument)

        init(_ argument: PythonObject.Argument) {
            if let object = argument as? PythonObject { self = .step(object.step) } else { self = .value(argument) }
        }
    }

    let kind: Kind

    init(_ kind: Kind) { self.kind = kind }

    /// Whether it may change something, and so must run in a batch although nobody asks for its value.
    var mayDoSomething: Bool {
        switch kind {
        case .module, .value, .get, .item: false
        case .set, .delete, .setItem, .deleteItem, .call, .apply: true
        }
    }

    func attribute(_ name: String) -> ExpressionStep {
        guard case .module(let path) = kind else { return ExpressionStep(.get(self, name)) }
        return ExpressionStep(.module(path.isEmpty ? name : "\(path).\(name)"))
    }

    func call(_ arguments: KeyValuePairs<String, PythonObject.Argument>) -> ExpressionStep {
        ExpressionStep(
            .call(
                self, arguments.filter { $0.key.isEmpty }.map { Operand($0.value) },
                arguments.filter { !$0.key.isEmpty }.map { ($0.key, Operand($0.value)) }))
    }

    /// The steps that must run before this one.
    var needs: [ExpressionStep] {
        let (steps, operands): ([ExpressionStep], [Operand]) =
            switch kind {
            case .module, .value: ([], [])
            case .get(let target, _), .delete(let target, _): ([target], [])
            case .set(let target, _, let value): ([target], [value])
            case .item(let target, let key), .deleteItem(let target, let key): ([target], [key])
            case .setItem(let target, let key, let value): ([target], [key, value])
            case .call(let target, let arguments, let keywords): ([target], arguments + keywords.map(\.1))
            case .apply(_, let operands): ([], operands)
            }
        return steps + operands.compactMap { if case .step(let step) = $0 { step } else { nil } }
    }
}
