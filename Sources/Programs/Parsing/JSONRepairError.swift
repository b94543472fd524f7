/// Why ``JSONRepair`` gave up. In the same places json_repair raises an exception, but for ``tooMuchWork``.
public enum JSONRepairError: Error, Sendable, Hashable {
    /// The text nests deeper than `limit` levels. json_repair raises `ValueError` or `RecursionError`, at 250 to 1000 levels.
    case tooDeep(limit: Int)

    /// A valid JSON value, followed by other text, holds an integer of more than `limit` digits: `ValueError` in json_repair.
    case integerTooLong(limit: Int)

    /// A fenced block stands where a key should be, and holds something other than text: `AssertionError` in json_repair.
    case keyIsNoText

    /// The text sends the repair looking ahead over and over, in more than `limit` steps. json_repair has no such limit and goes on.
    case tooMuchWork(limit: Int)
}

extension JSONRepairError: CustomStringConvertible {
    /// The message, in one sentence.
    public var description: String {
        switch self {
        case .tooDeep(let limit): "the text is nested deeper than \(limit) levels"
        case .integerTooLong(let limit): "the text holds an integer of more than \(limit) digits"
        case .keyIsNoText: "a fenced block that is no text stands in place of a key"
        case .tooMuchWork(let limit): "the text is too broken to be repaired within \(limit) steps"
        }
    }
}
