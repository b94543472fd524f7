internal import Marshalling
internal import Signatures

extension Field {
    /// What a model wrote for this output, in the field's type; in ``ParsingMode/strict`` mode also held against the constraints.
    ///
    /// - Returns: the value; nil when anything is wrong with it, which is in `problems` then.
    func parsed(
        _ value: PythonValue, _ mode: ParsingMode, at path: String? = nil, _ problems: inout FieldProblems
    ) -> PythonValue? {
        let path = path ?? name
        guard let parsed = type.parsed(value, mode, at: path, &problems) else { return nil }
        guard mode == .strict else { return parsed }
        return keepsConstraints(parsed, at: path, &problems) ? parsed : nil
    }

    /// Holds a value of the field's type against the constraints of the field and of its type.
    func keepsConstraints(_ value: PythonValue, at path: String? = nil, _ problems: inout FieldProblems) -> Bool {
        var validator = Validator(problems: problems)
        let path = path ?? name
        let own = validator.check(value, constraints, at: path, isUnion: type.isPlainUnion)
        let implied = validator.checkImplied(value, type, at: path)
        problems = validator.problems
        return own && implied
    }
}

extension Validator {
    /// Holds a value that is of its type against what only signatures know of types: that a `probability` is from 0 to 1, how many numbers an
    /// `embedding` has; and against the constraints of an `Annotated` type, which DSPy drops at the top.
    fileprivate mutating func checkImplied(_ value: PythonValue, _ type: FieldType, at path: String) -> Bool {
        switch type {
        case .annotated(let base, let constraints):
            let isKept = check(value, constraints, at: path, isUnion: base.isPlainUnion)
            return checkImplied(value, base, at: path) && isKept
        case .union:
            if value.isNone { return true }
            if case .union = type.unwrapped { return true }
            return checkImplied(value, type.unwrapped, at: path)
        case .list(let element), .variadicTuple(let element), .set(let element), .frozenset(let element):
            return checkEach(value, at: path) { _ in element }
        case .alias: return checkImplied(value, type.pythonType, at: path)
        case .tuple(let types): return checkEach(value, at: path) { $0 < types.count ? types[$0] : .any }
        case .tensor(let shape) where shape.count > 1:
            let isKept = check(value, type.impliedConstraints, at: path, isUnion: false)
            return checkEach(value, at: path) { _ in .tensor(Array(shape.dropFirst())) } && isKept
        case .dict(_, let element):
            var isKept = true
            for entry in value.dict ?? [:] {
                let place = "\(path)[\(entry.key.shownInProblems)]"
                if !checkImplied(entry.value, element, at: place) { isKept = false }
            }
            return isKept
        case .record(let record):
            var isKept = true
            for field in record.fields {
                guard let found = value.dict?.value(named: field.name) else { continue }
                if !checkImplied(found, field.type, at: "\(path).\(field.name)") { isKept = false }
            }
            return isKept
        default: return check(value, type.impliedConstraints, at: path, isUnion: false)
        }
    }

    private mutating func checkEach(_ value: PythonValue, at path: String, _ type: (Int) -> FieldType) -> Bool {
        var isKept = true
        for (index, element) in (value.elements ?? []).enumerated()
        where !checkImplied(element, type(index), at: "\(path)[\(index)]") { isKept = false }
        return isKept
    }
}
