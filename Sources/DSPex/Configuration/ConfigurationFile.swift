internal import Foundation
internal import Yams

/// `dspex.yaml` as text: what the reader of values cannot tell, because it only answers for the keys it is asked for.
struct ConfigurationFile {
    /// The names under `models`.
    let modelNames: [String]
    /// Whether the file says nothing, because it is empty or all comments.
    let isEmpty: Bool

    /// Checks that every key of a file is one that something reads.
    init(text: String, path: String) throws(ConfigurationError) {
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch let error as YamlError {
            throw .unreadable(file: path, line: error.line, detail: error.reason)
        } catch {
            throw .unreadable(file: path, line: nil, detail: "\(error)")
        }
        guard let root, root.null == nil else {
            modelNames = []
            isEmpty = true
            return
        }
        guard root.mapping != nil else {
            throw .unreadable(
                file: path, line: root.mark?.line, detail: "expected keys and values, as in 'adapter: json'")
        }
        try Self.check(root, against: ConfigurationKey.root, prefix: "", path: path)
        isEmpty = false
        modelNames = root["models"]?.mapping?.keys.compactMap(\.string) ?? []
    }

    private static func check(
        _ node: Node, against level: ConfigurationKey.Level, prefix: String, path: String
    ) throws(ConfigurationError) {
        // A key with nothing behind it is as good as none.
        if node.null != nil { return }
        switch level {
        case .value:
            guard node.mapping == nil else {
                throw .malformed(key: prefix, value: "a group of keys", expected: "one value")
            }
        case .keys, .named:
            guard let mapping = node.mapping else {
                throw .malformed(key: prefix, value: node.string ?? "a list", expected: "a group of keys")
            }
            for (keyNode, child) in mapping {
                let key = keyNode.string ?? "?"
                let place = prefix.isEmpty ? key : "\(prefix).\(key)"
                switch level {
                case .value: break
                case .named(let below):
                    guard !key.contains(".") else {
                        throw .malformed(key: prefix, value: key, expected: "a name without a dot; use '-'")
                    }
                    try check(child, against: below, prefix: place, path: path)
                case .keys(let known):
                    guard let below = known[key] else {
                        throw .unknownKey(
                            place, file: path, line: keyNode.mark?.line ?? 0,
                            suggestion: nearest(to: key, of: known.keys))
                    }
                    try check(child, against: below, prefix: place, path: path)
                }
            }
        }
    }

    /// The known key that differs least: the same letters in another case, or almost the same.
    private static func nearest(to key: String, of known: some Sequence<String>) -> String? {
        let letters = { (text: String) in text.lowercased().filter { $0.isLetter || $0.isNumber } }
        let wanted = letters(key)
        return known.sorted().first { candidate in
            let found = letters(candidate)
            if found == wanted { return true }
            let change = found.difference(from: wanted)
            return change.insertions.count <= 2 && change.removals.count <= 2 && found.count > 3
        }
    }
}

extension YamlError {
    fileprivate var line: Int? {
        switch self {
        case .reader, .scanner, .parser, .composer: mark?.line
        default: nil
        }
    }

    private var mark: Mark? {
        switch self {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _): mark
        default: nil
        }
    }

    fileprivate var reason: String {
        switch self {
        case .scanner(_, let problem, _, _), .parser(_, let problem, _, _), .composer(_, let problem, _, _): problem
        case .reader(let problem, _, _, _): problem
        default: "\(self)"
        }
    }
}
