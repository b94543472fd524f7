import FuzzDriver
import Marshalling

extension FuzzTarget {
    /// Any bytes as a value of some Swift type, which the first byte chooses. What is read survives writing and reading, and reading by way of a
    /// tree gives the same.
    static let typed = FuzzTarget("typed") { input in
        guard let choice = input.first else { return }
        let frame = unsafe Array(input.dropFirst())
        types[Int(choice) % types.count](frame)
    }

    private static let types: [@Sendable ([UInt8]) -> Void] = [
        { trip([Int].self, $0) }, { trip([Int8?].self, $0) }, { trip([UInt64].self, $0) }, { trip([Int128].self, $0) },
        { trip([UInt128].self, $0) }, { trip([Double].self, $0) }, { trip([Float].self, $0) },
        { trip([[Bool]].self, $0) }, { trip([String?].self, $0) }, { trip(Set<String>.self, $0) },
        { trip([String: [Double?]].self, $0) }, { trip([Int: Duration].self, $0) }, { trip([Row].self, $0) },
        { trip(Tree.self, $0) }, { trip([Tree.Leaf: [Tree.Leaf]].self, $0) }, { trip([PythonValue].self, $0) },
    ]

    private static func trip<Value: PythonCodable & Equatable>(_ type: Value.Type, _ frame: [UInt8]) {
        let read = try? Value(wireForm: frame)
        if let tree = try? PythonValue(wireForm: frame) {
            let byTree = try? tree.decoded(as: Value.self)
            // A tree is written as an honest peer would, and some frames say the same in other words, which typed values do not understand.
            require(read == nil || byTree != nil, "\(type) that is read from bytes is read from a tree, too")
        }
        guard let read else { return }
        do {
            let written = try read.wireForm()
            let copy = try Value(wireForm: written)
            // What holds a NaN is not equal to itself, and is written the same.
            let isSame = try copy == read || copy.wireForm() == written
            require(isSame, "\(type) survives writing and reading")
        } catch { fatalError("broken promise: \(type) that was read can be written and read, but: \(error)") }
    }
}

/// Reads and writes itself as `@PythonCodable` would have it.
private struct Row: PythonCodable, Equatable {
    var id: Int
    var score: Double
    var label: String?
    var tags: [String]

    init(from decoder: inout WireDecoder) throws(WireError) {
        var left = try decoder.openDict(for: Row.self)
        var id: Int?
        var score: Double?
        var label: String?
        var tags: [String] = []
        while left > 0 {
            if decoder.take(key: "id", of: &left) {
                id = try decoder.decode(Int.self, at: "id")
            } else if decoder.take(key: "score", of: &left) {
                score = try decoder.decode(Double.self, at: "score")
            } else if decoder.take(key: "label", of: &left) {
                label = try decoder.decode(String?.self, at: "label")
            } else if decoder.take(key: "tags", of: &left) {
                tags = try decoder.decode([String].self, at: "tags")
            } else {
                try decoder.skipEntry(of: &left)
            }
        }
        decoder.close()
        guard let id else { throw decoder.missing("id", expected: "Int") }
        guard let score else { throw decoder.missing("score", expected: "Double") }
        self.id = id
        self.score = score
        self.label = label
        self.tags = tags
    }

    func encode(to encoder: inout WireEncoder) throws(WireError) {
        try encoder.openDict(count: 4)
        try encoder.encode(id, at: "id")
        try encoder.encode(score, at: "score")
        try encoder.encode(label, at: "label")
        try encoder.encode(tags, at: "tags")
        encoder.close()
    }
}

/// Has only `Codable`, with all that it can ask of a decoder.
private indirect enum Tree: Codable, PythonCodable, Equatable {
    case leaf(Leaf)
    case node(left: Tree, right: Tree?)
    case bag([String: Tree], weights: [Double])

    enum Leaf: String, Codable, PythonCodable, Hashable { case oak, elm, ash }
}
