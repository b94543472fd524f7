/// Underscores in numbers.
enum UnderscoredText {
    /// The text without its underscores; nil when there are none, two stand together, or one stands at an end.
    static func stripped(_ text: [UInt8]) -> [UInt8]? {
        guard text.contains(.underscore), text.first != .underscore, text.last != .underscore,
            !zip(text, text.dropFirst()).contains(where: { $0 == .underscore && $1 == .underscore })
        else { return nil }
        return text.filter { $0 != .underscore }
    }

    /// The text without its underscores; nil when one does not stand between two digits, as Python demands.
    static func betweenDigits(_ text: [UInt8]) -> [UInt8]? {
        for (index, byte) in text.enumerated() where byte == .underscore {
            guard index > 0, index + 1 < text.count, text[index - 1].isDigit, text[index + 1].isDigit else {
                return nil
            }
        }
        return text.filter { $0 != .underscore }
    }
}
