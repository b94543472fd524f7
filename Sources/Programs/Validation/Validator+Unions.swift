internal import Marshalling
internal import Signatures

extension Validator {
    /// The value as the member of a union that it fits best, as pydantic's smart mode finds it: a value exactly of a type is taken at once; of records
    /// that with more of its fields given; else the nearest, and of two as near the first.
    mutating func union(_ value: PythonValue, _ members: [FieldType], at path: String) -> PythonValue? {
        if members.contains(.null) {
            if value.isNone { return value }
            let rest = members.filter { $0 != .null }
            return rest.count == 1
                ? validate(value, as: rest[0], at: path) : best(value, rest, of: members, at: path)
        }
        return best(value, members, of: members, at: path)
    }

    private mutating func best(
        _ value: PythonValue, _ choices: [FieldType], of members: [FieldType], at path: String
    ) -> PythonValue? {
        let (problems, exactness, fieldsSet) = (problems, exactness, fieldsSet)
        var best: (value: PythonValue, exactness: Exactness, fieldsSet: Int?)?
        for choice in choices {
            (self.exactness, self.fieldsSet) = (.exact, nil)
            guard let found = validate(value, as: choice, at: path) else {
                if isAborted { return nil }
                continue
            }
            let candidate = (value: found, exactness: self.exactness ?? .lax, fieldsSet: self.fieldsSet)
            guard let known = best else {
                best = candidate
                if candidate.exactness == .exact, candidate.fieldsSet == nil { break }
                continue
            }
            if candidate.exactness == .exact, candidate.fieldsSet == nil {
                best = candidate
                break
            }
            if let fields = candidate.fieldsSet, let others = known.fieldsSet, fields != others {
                if fields > others { best = candidate }
            } else if candidate.exactness > known.exactness {
                best = candidate
            }
        }
        (self.problems, self.exactness, self.fieldsSet) = (problems, exactness, fieldsSet)
        guard let best else { return fail(value, as: .union(members), at: path) }
        lower(to: best.exactness)
        if let fields = best.fieldsSet { self.fieldsSet = (self.fieldsSet ?? 0) + fields }
        return best.value
    }
}
