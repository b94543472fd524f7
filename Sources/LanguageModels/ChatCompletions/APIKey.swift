/// A secret that never prints itself: not in descriptions, not in dumps.
public struct APIKey: Sendable, Hashable, ExpressibleByStringLiteral {
    let value: String

    /// Takes a key.
    public init(_ value: String) { self.value = value }

    /// Takes a key.
    public init(stringLiteral value: String) { self.value = value }

    /// A text from outside without the key, which some servers repeat in their complaints.
    func redacted(_ text: String) -> String {
        guard !value.isEmpty else { return text }
        return text.split(separator: value, omittingEmptySubsequences: false).joined(separator: "[key]")
    }
}

extension APIKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Says only that there is a key.
    public var description: String { "[key]" }
    /// Says only that there is a key.
    public var debugDescription: String { description }
    /// Shows nothing.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
