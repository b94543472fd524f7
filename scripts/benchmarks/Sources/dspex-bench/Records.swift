import Marshalling

// What follows each struct is what `@PythonCodable` makes of it, checked in, as nothing that is built for release builds macros. A test of
// the macro compares the two.

/// One of the rows that are measured.
struct Row: Equatable {
    var id: Int
    var text: String
    var score: Double
    var tags: [String]
    var label: String?
    var emb: [Double]
}

extension Row: PythonEncodable {
    func encode(to encoder: inout WireEncoder) throws(WireError) {
        try encoder.openDict(count: 6)
        try encoder.encode(self.id, at: "id")
        try encoder.encode(self.text, at: "text")
        try encoder.encode(self.score, at: "score")
        try encoder.encode(self.tags, at: "tags")
        try encoder.encode(self.label, at: "label")
        try encoder.encode(self.emb, at: "emb")
        encoder.close()
    }
}

extension Row: PythonDecodable {
    init(from decoder: inout WireDecoder) throws(WireError) {
        var _id: Int?
        var _text: String?
        var _score: Double?
        var _tags: [String]?
        var _label: String?
        var _emb: [Double]?
        var left = try decoder.openDict(for: Self.self)
        while left > 0 {
            let before = left
            if decoder.take(key: "id", of: &left) {
                _id = try decoder.decode(Int.self, at: "id")
            }
            if decoder.take(key: "text", of: &left) {
                _text = try decoder.decode(String.self, at: "text")
            }
            if decoder.take(key: "score", of: &left) {
                _score = try decoder.decode(Double.self, at: "score")
            }
            if decoder.take(key: "tags", of: &left) {
                _tags = try decoder.decode([String].self, at: "tags")
            }
            if decoder.take(key: "label", of: &left) {
                _label = try decoder.decode(String?.self, at: "label")
            }
            if decoder.take(key: "emb", of: &left) {
                _emb = try decoder.decode([Double].self, at: "emb")
            }
            if left == before { try decoder.skipEntry(of: &left) }
        }
        decoder.close()
        guard let _id else {
            throw decoder.missing("id", expected: "Int")
        }
        guard let _text else {
            throw decoder.missing("text", expected: "String")
        }
        guard let _score else {
            throw decoder.missing("score", expected: "Double")
        }
        guard let _tags else {
            throw decoder.missing("tags", expected: "[String]")
        }
        guard let _emb else {
            throw decoder.missing("emb", expected: "[Double]")
        }
        self.id = _id
        self.text = _text
        self.score = _score
        self.tags = _tags
        self.label = _label
        self.emb = _emb
    }
}

extension Row: PythonDescribable {
    static func describe(in schema: inout JSONSchema) -> PythonValue {
        var properties: PythonDictionary = [:]
        properties["id"] = schema.of(Int.self)
        properties["text"] = schema.of(String.self)
        properties["score"] = schema.of(Double.self)
        properties["tags"] = schema.of([String].self)
        properties["label"] = schema.of(String?.self)
        properties["emb"] = schema.of([Double].self)
        let object = JSONSchema.object(
            properties, required: ["id", "text", "score", "tags", "emb"],
            description: "One of the rows that are measured.")
        return object
    }
}

/// The small value that is measured.
struct Small: Equatable {
    var question: String
    var context: [String]
    var k: Int
    var score: Double
    var flag: Bool
}

extension Small: PythonEncodable {
    func encode(to encoder: inout WireEncoder) throws(WireError) {
        try encoder.openDict(count: 5)
        try encoder.encode(self.question, at: "question")
        try encoder.encode(self.context, at: "context")
        try encoder.encode(self.k, at: "k")
        try encoder.encode(self.score, at: "score")
        try encoder.encode(self.flag, at: "flag")
        encoder.close()
    }
}

extension Small: PythonDecodable {
    init(from decoder: inout WireDecoder) throws(WireError) {
        var _question: String?
        var _context: [String]?
        var _k: Int?
        var _score: Double?
        var _flag: Bool?
        var left = try decoder.openDict(for: Self.self)
        while left > 0 {
            let before = left
            if decoder.take(key: "question", of: &left) {
                _question = try decoder.decode(String.self, at: "question")
            }
            if decoder.take(key: "context", of: &left) {
                _context = try decoder.decode([String].self, at: "context")
            }
            if decoder.take(key: "k", of: &left) {
                _k = try decoder.decode(Int.self, at: "k")
            }
            if decoder.take(key: "score", of: &left) {
                _score = try decoder.decode(Double.self, at: "score")
            }
            if decoder.take(key: "flag", of: &left) {
                _flag = try decoder.decode(Bool.self, at: "flag")
            }
            if left == before { try decoder.skipEntry(of: &left) }
        }
        decoder.close()
        guard let _question else {
            throw decoder.missing("question", expected: "String")
        }
        guard let _context else {
            throw decoder.missing("context", expected: "[String]")
        }
        guard let _k else {
            throw decoder.missing("k", expected: "Int")
        }
        guard let _score else {
            throw decoder.missing("score", expected: "Double")
        }
        guard let _flag else {
            throw decoder.missing("flag", expected: "Bool")
        }
        self.question = _question
        self.context = _context
        self.k = _k
        self.score = _score
        self.flag = _flag
    }
}

extension Small: PythonDescribable {
    static func describe(in schema: inout JSONSchema) -> PythonValue {
        var properties: PythonDictionary = [:]
        properties["question"] = schema.of(String.self)
        properties["context"] = schema.of([String].self)
        properties["k"] = schema.of(Int.self)
        properties["score"] = schema.of(Double.self)
        properties["flag"] = schema.of(Bool.self)
        let object = JSONSchema.object(
            properties, required: ["question", "context", "k", "score", "flag"],
            description: "The small value that is measured.")
        return object
    }
}
