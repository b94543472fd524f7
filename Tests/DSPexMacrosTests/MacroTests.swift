public import DSPexMacros
import Testing

/// A day's weather.
@PythonCodable struct Weather: Equatable {
    /// In degrees Celsius.
    var temperature: Double
    @PythonKey("class") var kind: Kind = .mixed
    var warning: String?
    /// How many stations
    /// have measured it.
    var stations = 3
    let version = 1
    var `default`: [String: [Int?]] = [:]
    var isHot: Bool { temperature > 30 }
}

@PythonCodable enum Kind {
    case mixed, sunny
    @PythonKey("very-wet") case wet
}

@PythonCodable enum Level: Int {
    case low = 1
    case high = 10
}

@PythonCodable enum Priority: String {
    case low, high
    case urgent = "!"
}

@PythonCodable indirect enum Shape: Equatable {
    case point
    case circle(radius: Double)
    case text(String)
    /// Two shapes.
    case pair(left: Shape, right: Shape? = nil, scale: Int = 1)
}

@PythonCodable(tag: "kind") enum Message: Equatable {
    case say(type: String)
    @PythonKey("stop!") case stop
}

/// What a library offers.
@PythonCodable public struct Page<Item> {
    /// Some of them.
    public var items: [Item]
    /// Where more begin.
    public var next: Int?
}

@PythonCodable struct Node: Equatable { var children: [Node] }

@PythonCodable struct Nothing: Equatable {}

/// A type that writes itself, and has the macro read it.
@PythonCodable struct HalfByHand: PythonEncodable {
    var x: Int
    func encode(to encoder: inout WireEncoder) throws(WireError) {
        try encoder.openDict(count: 1)
        try encoder.encode(x + 1, at: "x")
        encoder.close()
    }
}

@Suite struct MacroTests {
    private func message<Value: PythonDecodable>(_ value: PythonValue, as type: Value.Type) throws -> String {
        try "\(#require(throws: WireError.self) { try value.decoded(as: type) })"
    }

    @Test func `A struct is a dict and comes back`() throws {
        var weather = Weather(temperature: 21.5, warning: "wind")
        weather.kind = .wet
        weather.default = ["a": [1, nil]]
        let tree: PythonValue = [
            "temperature": 21.5, "class": "very-wet", "warning": "wind", "stations": 3, "default": ["a": [1, .none]],
        ]
        #expect(try PythonValue(encoding: weather) == tree)
        #expect(try tree.decoded(as: Weather.self) == weather)
        #expect(try (["temperature": 21] as PythonValue).decoded(as: Weather.self) == Weather(temperature: 21))
        #expect(
            try message(["temperature": 1.5, "class": "dry"], as: Weather.self)
                == #"class: expected mixed, sunny or very-wet, found str "dry""#)
        #expect(try message(["class": "wet"], as: Weather.self).hasPrefix("class: expected mixed"))
        #expect(try message([:], as: Weather.self) == "temperature: expected Double, found no such key")
    }

    @Test func `An enum with raw values is its raw value`() throws {
        #expect(try PythonValue(encoding: [Level.low, .high]) == [1, 10])
        #expect(try (10 as PythonValue).decoded(as: Level.self) == .high)
        #expect(try message([1, 2], as: [Level].self) == "[1]: expected Level, found int 2")
        #expect(try PythonValue(encoding: Priority.urgent) == "!")
        #expect(try message("?", as: Priority.self) == #"expected low, high or !, found str "?""#)
        #expect(try message(1, as: Priority.self) == "expected low, high or !, found int 1")
    }

    @Test func `An enum whose cases hold values is a dict with the case's name`() throws {
        let shape = Shape.pair(left: .circle(radius: 1), right: .text("x"), scale: 2)
        let tree: PythonValue = [
            "type": "pair", "left": ["type": "circle", "radius": 1.0], "right": ["type": "text", "value": "x"],
            "scale": 2,
        ]
        #expect(try PythonValue(encoding: shape) == tree)
        #expect(try tree.decoded(as: Shape.self) == shape)
        #expect(try PythonValue(encoding: Shape.point) == ["type": "point"])
        let lean: PythonValue = ["left": ["type": "point"], "type": "pair"]
        #expect(try lean.decoded(as: Shape.self) == .pair(left: .point))
        #expect(
            try message([["type": "square"]], as: [Shape].self)
                == #"[0].type: expected point, circle, text or pair, found str "square""#)
        #expect(try message(["radius": 1], as: Shape.self) == "type: expected Shape, found no such key")
        #expect(try message(["type": 1], as: Shape.self) == "type: expected String, found int 1")
        #expect(try message("point", as: Shape.self) == #"expected Shape, found str "point""#)
        #expect(
            try message(["type": "pair", "left": ["type": "circle"]], as: Shape.self)
                == "left.radius: expected Double, found no such key")
        #expect(try PythonValue(encoding: Message.say(type: "x")) == ["kind": "say", "type": "x"])
        #expect(try (["kind": "stop!"] as PythonValue).decoded(as: Message.self) == .stop)
    }

    @Test func `Generic, empty and half-made types`() throws {
        let page = Page(items: [Weather(temperature: 1)], next: nil)
        #expect(try Page<Weather>(wireForm: page.wireForm()).items == page.items)
        #expect(try Nothing(wireForm: (["surplus": [1]] as PythonValue).wireForm()) == Nothing())
        #expect(try HalfByHand(wireForm: HalfByHand(x: 1).wireForm()).x == 2)
        let node = Node(children: [Node(children: []), Node(children: [])])
        #expect(try Node(wireForm: node.wireForm()) == node)
    }

    @Test func `Types describe themselves`() {
        #expect(
            Weather.jsonSchema == [
                "type": "object",
                "properties": [
                    "temperature": ["type": "number", "description": "In degrees Celsius."],
                    "class": ["type": "string", "enum": ["mixed", "sunny", "very-wet"]],
                    "warning": ["anyOf": [["type": "string"], ["type": "null"]]],
                    "stations": ["type": "integer", "description": "How many stations have measured it."],
                    "default": [
                        "type": "object",
                        "additionalProperties": [
                            "type": "array", "items": ["anyOf": [["type": "integer"], ["type": "null"]]],
                        ],
                    ],
                ],
                "required": ["temperature"], "description": "A day's weather.",
            ])
        #expect(Level.jsonSchema == ["enum": [1, 10]])
        #expect(
            Message.jsonSchema == [
                "anyOf": [
                    [
                        "type": "object",
                        "properties": ["kind": ["type": "string", "enum": ["say"]], "type": ["type": "string"]],
                        "required": ["kind", "type"],
                    ],
                    [
                        "type": "object", "properties": ["kind": ["type": "string", "enum": ["stop!"]]],
                        "required": ["kind"],
                    ],
                ]
            ])
        #expect(Node.jsonSchema["$ref"] == "#/$defs/Node")
    }
}
