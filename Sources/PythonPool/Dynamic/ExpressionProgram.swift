import Marshalling

/// Steps in an order in which each comes after those that it needs, ready to be written.
struct ExpressionProgram: Sendable {
    private(set) var steps: [ExpressionStep] = []
    private var positions: [ObjectIdentifier: Int] = [:]
    /// Whether objects are made anew from their recipes.
    private let rebuilds: Bool

    init(rebuilds: Bool = false) { self.rebuilds = rebuilds }

    /// Takes a step, and before it all that it needs and that is not there yet. Long chains do not recurse.
    mutating func add(_ step: ExpressionStep) {
        var stack = [step]
        while let top = stack.last {
            guard positions[ObjectIdentifier(top)] == nil else {
                stack.removeLast()
                continue
            }
            if rebuilds, let recipe = top.recipe {
                if let position = positions[ObjectIdentifier(recipe)] {
                    positions[ObjectIdentifier(top)] = position
                    stack.removeLast()
                } else {
                    stack.append(recipe)
                }
                continue
            }
            let missing = top.needs.filter { positions[ObjectIdentifier($0)] == nil }
            guard missing.isEmpty else {
                stack += missing.reversed()
                continue
            }
            stack.removeLast()
            positions[ObjectIdentifier(top)] = steps.count
            steps.append(top)
        }
    }

    func position(of step: ExpressionStep) -> Int? { positions[ObjectIdentifier(step)] }

    /// Writes the program as the list that `dspex_worker.expressions` takes; its last step gives the value of `result`.
    func encode(to encoder: inout WireEncoder, result: ExpressionStep) throws(WireError) {
        // The last step is the result, even if it is an earlier one's.
        let repeated = position(of: result) == steps.count - 1 ? nil : result
        try encoder.open(.list, count: steps.count + (repeated == nil ? 0 : 1))
        for step in steps { try encode(step.kind, to: &encoder) }
        if let repeated {
            try open("value", 1, &encoder)
            try operand(.step(repeated), &encoder)
            encoder.close()
        }
        encoder.close()
    }

    private func encode(_ kind: ExpressionStep.Kind, to encoder: inout WireEncoder) throws(WireError) {
        switch kind {
        case .module(let path):
            try open("module", 1, &encoder)
            encoder.str(path)
        case .value(let value):
            try open("value", 1, &encoder)
            try operand(.value(value), &encoder)
        case .get(let target, let name):
            try open("get", 2, &encoder)
            try operand(.step(target), &encoder)
            encoder.str(name)
        case .set(let target, let name, let value):
            try open("set", 3, &encoder)
            try operand(.step(target), &encoder)
            encoder.str(name)
            try operand(value, &encoder)
        case .delete(let target, let name):
            try open("delete", 2, &encoder)
            try operand(.step(target), &encoder)
            encoder.str(name)
        case .item(let target, let key):
            try open("item", 2, &encoder)
            try operand(.step(target), &encoder)
            try operand(key, &encoder)
        case .setItem(let target, let key, let value):
            try open("setitem", 3, &encoder)
            try operand(.step(target), &encoder)
            try operand(key, &encoder)
            try operand(value, &encoder)
        case .deleteItem(let target, let key):
            try open("delitem", 2, &encoder)
            try operand(.step(target), &encoder)
            try operand(key, &encoder)
        case .call(let target, let arguments, let keywords):
            try open("call", 3, &encoder)
            try operand(.step(target), &encoder)
            try operands(arguments, &encoder)
            try encoder.openDict(count: keywords.count)
            for (name, value) in keywords {
                encoder.str(name)
                try operand(value, &encoder)
            }
            encoder.close()
        case .apply(let function, let arguments):
            try open("apply", 2, &encoder)
            encoder.str(function)
            try operands(arguments, &encoder)
        }
        encoder.close()
    }

    private func open(_ name: StaticString, _ count: Int, _ encoder: inout WireEncoder) throws(WireError) {
        try encoder.open(.tuple, count: 1 + count)
        encoder.constant(name)
    }

    private func operands(
        _ operands: [ExpressionStep.Operand], _ encoder: inout WireEncoder
    ) throws(WireError) {
        try encoder.open(.list, count: operands.count)
        for each in operands { try operand(each, &encoder) }
        encoder.close()
    }

    private func operand(_ operand: ExpressionStep.Operand, _ encoder: inout WireEncoder) throws(WireError) {
        try encoder.open(.tuple, count: 2)
        switch operand {
        case .step(let step):
            encoder.tag(.true)
            // Every step that is needed was added before.
            encoder.int(position(of: step) ?? 0)
        case .value(let value):
            encoder.tag(.false)
            try value.encode(to: &encoder)
        }
        encoder.close()
    }
}
