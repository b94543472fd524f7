internal import Marshalling
internal import Signatures

extension Validator {
    /// Holds a value that is of its type already against constraints, and notes every one that it breaks. `None` breaks none.
    ///
    /// - Parameter isUnion: Whether the type is a union of several types, for which pydantic counts multiples without any tolerance.
    mutating func check(_ value: PythonValue, _ constraints: [Constraint], at path: String, isUnion: Bool) -> Bool {
        guard !value.isNone else { return true }
        var isKept = true
        for constraint in constraints {
            do throws(UnusablePattern) {
                if try constraint.isKept(by: value, exactly: isUnion) { continue }
                problems.add(path, .outOfBounds(rule: constraint.rule, actual: value.measured(by: constraint)))
            } catch {
                problems.add(path, .unusablePattern(error.pattern))
            }
            isKept = false
        }
        return isKept
    }
}

/// A pattern that is no regular expression.
struct UnusablePattern: Error {
    var pattern: String
}

extension Constraint {
    /// The constraint in words that go on from "must be".
    var rule: String {
        switch self {
        case .greaterThan: "greater than \(argument)"
        case .atLeast: "at least \(argument)"
        case .lessThan: "less than \(argument)"
        case .atMost: "at most \(argument)"
        case .minLength: "at least \(argument) long"
        case .maxLength: "at most \(argument) long"
        case .multipleOf: "a multiple of \(argument)"
        case .pattern: "a match of the pattern \(argument)"
        }
    }

    /// Whether a value keeps to it, as pydantic checks it. A value that it says nothing about does.
    ///
    /// - Parameter exactly: Whether a float may be no hair beside a multiple; else it may be by 1e-9.
    func isKept(by value: PythonValue, exactly: Bool = false) throws(UnusablePattern) -> Bool {
        switch self {
        case .greaterThan(let limit): Self.order(value, limit).map { $0 > 0 } ?? value.isNoNumber
        case .atLeast(let limit): Self.order(value, limit).map { $0 >= 0 } ?? value.isNoNumber
        case .lessThan(let limit): Self.order(value, limit).map { $0 < 0 } ?? value.isNoNumber
        case .atMost(let limit): Self.order(value, limit).map { $0 <= 0 } ?? value.isNoNumber
        case .minLength(let limit): value.length.map { $0 >= limit } ?? true
        case .maxLength(let limit): value.length.map { $0 <= limit } ?? true
        case .multipleOf(let step): Self.isMultiple(value, of: step, exactly: exactly)
        case .pattern(let pattern):
            try value.string.map { text throws(UnusablePattern) in
                try Self.matches(text, pattern)
            } ?? true
        }
    }

    /// Below zero when the number is below the limit, and so on; nil when they cannot be compared.
    private static func order(_ value: PythonValue, _ limit: Number) -> Int? {
        switch (value, limit) {
        case (.int(let number), .int(let limit)): number == limit ? 0 : number < limit ? -1 : 1
        case (.bigInt(let number), .int): number.isNegative ? -1 : 1
        case (.extended, _):
            DecimalNumber(value).flatMap { number in
                DecimalNumber(limit).map { number < $0 ? -1 : $0 < number ? 1 : 0 }
            }
        default:
            value.asFloat.flatMap { number in
                number.isNaN || limit.value.isNaN ? nil : number == limit.value ? 0 : number < limit.value ? -1 : 1
            }
        }
    }

    private static func isMultiple(_ value: PythonValue, of step: Number, exactly: Bool) -> Bool {
        guard step.value != 0 else { return false }
        switch (value, step) {
        case (.int(let number), .int(let step)): return step == -1 || number % step == 0
        case (.bigInt(let number), .int(let step)):
            return Magnitude(number).divided(by: Magnitude(UInt64(step.magnitude))).remainder.isZero
        case (.extended, _):
            guard let number = DecimalNumber(value), let step = DecimalNumber(step) else { return true }
            return FractionText.isWhole(number, dividedBy: step)
        default:
            guard let number = value.asFloat else { return !exactly }
            if exactly { return number.truncatingRemainder(dividingBy: step.value) == 0 }
            // Anything but a plain distance, an infinity too, is no more than the tolerance to pydantic.
            let distance = (number - (number / step.value).rounded() * step.value).magnitude
            return !(distance > 1e-9)
        }
    }

    private static func matches(_ text: String, _ pattern: String) throws(UnusablePattern) -> Bool {
        do {
            return try Regex(pattern).matchingSemantics(.unicodeScalar).firstMatch(in: text) != nil
        } catch {
            throw UnusablePattern(pattern: pattern)
        }
    }
}

extension PythonValue {
    /// How many characters or elements there are; nil for what has none.
    fileprivate var length: Int? {
        switch self {
        case .string(let text): text.unicodeScalars.count
        case .bytes(let bytes), .bytearray(let bytes): bytes.count
        case .dict(let entries): entries.count
        default: elements?.count
        }
    }

    fileprivate var isNoNumber: Bool { asFloat == nil }

    /// What a constraint looked at, for the reader of a problem.
    fileprivate func measured(by constraint: Constraint) -> String {
        switch constraint {
        case .minLength, .maxLength: length.map(String.init) ?? typeName
        default: PythonDecimal(self)?.text ?? shownInProblems
        }
    }
}
