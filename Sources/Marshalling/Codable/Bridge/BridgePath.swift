/// A key of ours: an index, or a name that stands in no type.
struct BridgeKey: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(_ name: String) {
        stringValue = name
        intValue = nil
    }

    init(index: Int) {
        stringValue = "\(index)"
        intValue = index
    }

    init?(stringValue: String) { self.init(stringValue) }
    init?(intValue: Int) { self.init(index: intValue) }
}

/// A coding path in the words of ``WireError/mismatch(path:expected:found:)``.
enum BridgePath {
    static func text(_ path: [any CodingKey]) -> String {
        path.reduce("") { text, key in
            if let key = key as? BridgeKey, let index = key.intValue { return text + "[\(index)]" }
            return text + (text.isEmpty ? "" : ".") + key.stringValue
        }
    }
}

extension WireError {
    /// The same error, seen from the start of a coding path.
    func within(_ path: [any CodingKey]) -> WireError {
        path.isEmpty ? self : within(step: BridgePath.text(path))
    }
}
