internal import Marshalling
public import Signatures

extension EvaluationResult {
    /// The examples in a table: number, inputs, expected and given outputs, score. An error stands where its answer would.
    ///
    /// - Parameter signature: Tells inputs from outputs.
    public func table(for signature: Signature) -> TextTable {
        let inputs = signature.inputs.map(\.name)
        let outputs = signature.outputs.map(\.name)
        var columns = [TextTable.Column("#", isRightAligned: true, isFixed: true)]
        columns += inputs.map { TextTable.Column($0) }
        for output in outputs { columns += [.init("\(output) expected"), .init(output)] }
        columns.append(.init(metric, isRightAligned: true, isFixed: true))
        let rows = items.enumerated().map { index, item in
            var row = ["\(index + 1)"] + inputs.map { Self.text(item.example[$0]) }
            for (place, output) in outputs.enumerated() {
                row.append(Self.text(item.example[output]))
                if let error = item.error {
                    row.append(place == 0 ? "error: \(error)" : "")
                } else {
                    row.append(Self.text(item.prediction?[output]))
                }
            }
            return row + [Self.short(item.score)]
        }
        return TextTable(columns, rows: rows)
    }

    private static func text(_ value: PythonValue?) -> String {
        guard let value, !value.isNone else { return "" }
        return value.string ?? value.pythonText
    }
}
