public import Marshalling
internal import Signatures

/// Reads typed values out of a tree of Python's, and collects everything that is wrong on the way.
public struct FieldReader {
    private enum Step {
        case name(String)
        case index(Int)
        case key(String)
    }

    /// The value that the reader stands at.
    public private(set) var value: PythonValue
    private(set) var problems = FieldProblems()
    private var path: [Step] = []

    init(_ values: PythonDictionary) { value = .dict(values) }

    /// Reads the field of this name out of the dictionary that the reader stands at.
    ///
    /// - Parameters:
    ///   - type: What it is read as.
    ///   - name: The field's name.
    ///   - defaultValue: What it is when it was left out. Default: nil for an optional, else it must be there.
    /// - Returns: nil when there is no such value, which the reader keeps in mind.
    public mutating func take<Value: SignatureValue>(
        _ type: Value.Type, _ name: String, default defaultValue: @autoclosure () -> Value? = nil
    ) -> Value? {
        guard let found = value.dict?[.string(name)] else {
            if let instead = defaultValue() ?? Value.absent { return instead }
            var types = FieldTypes()
            let expected = types.of(type)
            at(.name(name), .none) { $0.add(.missing(expected: expected.expectation)) }
            return nil
        }
        return at(.name(name), found) { Value(from: &$0) }
    }

    /// Reads an element of the collection that the reader stands at.
    mutating func take<Value: SignatureValue>(_ type: Value.Type, _ element: PythonValue, at index: Int) -> Value? {
        at(.index(index), element) { Value(from: &$0) }
    }

    /// Reads an entry of the dictionary that the reader stands at.
    mutating func take<Key: SignatureValue, Value: SignatureValue>(
        _ keyType: Key.Type, _ type: Value.Type, _ entry: PythonDictionary.Entry
    ) -> (key: Key?, value: Value?) {
        let shown = String((entry.key.string ?? entry.key.pythonRepresentation).prefix(60))
        return (
            at(.key(shown), entry.key) { Key(from: &$0) }, at(.name(shown), entry.value) { Value(from: &$0) }
        )
    }

    /// Whether the reader stands at a dictionary. When it does not, it keeps in mind that a `type` was expected.
    public mutating func isRecord<Value: SignatureValue>(of type: Value.Type) -> Bool {
        if value.dict != nil { return true }
        mistyped(type)
        return false
    }

    /// Keeps in mind that the value that the reader stands at is none of the type.
    public mutating func mistyped<Value: SignatureValue>(_ type: Value.Type) {
        var types = FieldTypes()
        let expected = types.of(type)
        add(.mistyped(expected: expected.expectation, actual: expected.shown(value)))
    }

    private mutating func add(_ kind: FieldProblem.Kind) { problems.add(place, kind) }

    private mutating func at<Result>(
        _ step: Step, _ value: PythonValue, _ body: (inout FieldReader) -> Result
    ) -> Result {
        let outer = self.value
        path.append(step)
        self.value = value
        defer {
            path.removeLast()
            self.value = outer
        }
        return body(&self)
    }

    /// Where the reader stands, as the checks of programs say it: `people[2].ages.Ann`, `people[2].ages key 3`.
    private var place: String {
        path.reduce(into: "") { place, step in
            switch step {
            case .name(let name): place += place.isEmpty ? name : ".\(name)"
            case .index(let index): place += "[\(index)]"
            case .key(let key): place += " key \(key)"
            }
        }
    }
}

extension FieldType {
    /// A value in words for a message. Only one that was to be one of a few is shown; others may be long or private.
    fileprivate func shown(_ value: PythonValue) -> String {
        guard case .literal = self, let literal = LiteralValue(value) else { return value.typeName }
        guard case .string(let text) = literal else { return literal.description }
        let cut = String(text.prefix(60))
        return LiteralValue.string(cut).description + (cut.utf8.count < text.utf8.count ? "…" : "")
    }
}
