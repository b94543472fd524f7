import Marshalling
import Testing

/// A type that has only `Codable`.
struct Event: Codable, Equatable {
    enum Kind: String, Codable { case start, stop }
    struct Spot: Codable, Equatable { var x: Double }

    var place: String
    var minutes: Int?
    var kind: Kind?
    var spot: Spot?
    var scores: [Double]?
    var spots: [Spot]?
    var names: [String: Spot]?
}

/// A `Codable` type that contains itself.
struct Branch: Codable, Equatable {
    var children: [Branch]

    init(from decoder: any Decoder) throws {
        var container = try decoder.unkeyedContainer()
        children = []
        while !container.isAtEnd { children.append(try container.decode(Branch.self)) }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.unkeyedContainer()
        for child in children { try container.encode(child) }
    }
}

/// A type that says by an empty conformance that the bridge is good enough.
struct Bridged: Codable, Equatable, PythonCodable { var event: Event }

/// What asks for its containers by turns, and inherits.
class Base: Codable {
    var number = 1
    init() {}
}

final class Derived: Base {
    enum Key: String, CodingKey { case list, nested, after }
    var list = [1.5, 2.5]

    override init() { super.init() }

    override func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        var nested = container.nestedContainer(keyedBy: Key.self, forKey: .nested)
        try container.encode(list, forKey: .list)
        try nested.encode("late", forKey: .after)
        try super.encode(to: container.superEncoder())
        var items = container.nestedUnkeyedContainer(forKey: .after)
        try items.encode("a")
        try items.encodeNil()
        var inner = items.nestedUnkeyedContainer()
        try inner.encode(7)
        try items.encode(2)
    }

    required init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        try super.init(from: container.superDecoder())
        list = try container.decode([Double].self, forKey: .list)
        var items = try container.nestedUnkeyedContainer(forKey: .after)
        _ = try items.decode(String.self)
        guard try items.decodeNil() else { throw Refusal() }
        var inner = try items.nestedUnkeyedContainer()
        number += try inner.decode(Int.self)
    }
}

struct Refusal: Error {}

@Suite struct CodableBridgeTests {
    static let event = Event(
        place: "Cádiz", minutes: 3, kind: .stop, spot: .init(x: 1), scores: [0.5, 1.5], spots: [.init(x: 2)],
        names: ["42": .init(x: 3)])

    private func tree(_ value: some Encodable) throws -> PythonValue {
        try PythonValue(wireForm: PythonEncoder().encode(value))
    }

    @Test func `Codable types come back`() throws {
        #expect(
            try tree(Self.event)
                == [
                    "place": "Cádiz", "minutes": 3, "kind": "stop", "spot": ["x": 1.0], "scores": [0.5, 1.5],
                    "spots": [["x": 2.0]], "names": ["42": ["x": 3.0]],
                ])
        let bytes = try PythonEncoder().encode(Self.event)
        #expect(try PythonDecoder().decode(Event.self, from: bytes) == Self.event)
        #expect(try PythonDecoder().decode(Int.self, from: PythonEncoder().encode(7)) == 7)
        #expect(try PythonDecoder().decode([Event.Spot].self, from: PythonValue.tuple([["x": 1]]).wireForm())[0].x == 1)
    }

    @Test func `An empty conformance makes a type travel among others`() throws {
        let values = [Bridged(event: Self.event), Bridged(event: Event(place: "x"))]
        #expect(try [Bridged](wireForm: values.wireForm()) == values)
        #expect(
            mismatch(
                [["event": ["place": "x"]], ["event": ["place": "x", "spots": [["x": "n/a"]]]]], as: [Bridged].self)
                == #"[1].event.spots[0].x: expected Double, found str "n/a""#)
    }

    @Test func `Containers may be filled by turns`() throws {
        #expect(
            try tree(Derived())
                == [
                    "nested": ["after": "late"], "list": [1.5, 2.5], "super": ["number": 1],
                    "after": ["a", .none, [7], 2],
                ])
        let back = try PythonDecoder().decode(Derived.self, from: PythonEncoder().encode(Derived()))
        #expect(back.number == 8)
        #expect(back.list == [1.5, 2.5])
    }

    @Test func `Errors say where`() throws {
        func error(_ value: PythonValue) throws -> String {
            let bytes = try value.wireForm()
            return try "\(#require(throws: WireError.self) { try PythonDecoder().decode([Event].self, from: bytes) })"
        }
        #expect(try error([[:]]) == "[0].place: expected String, found no such key")
        #expect(try error([["place": 1]]) == "[0].place: expected String, found int 1")
        #expect(try error(["x"]) == #"[0]: expected a dict, found str "x""#)
        #expect(try error([["place": "x", "kind": "pause"]]).hasPrefix("[0].kind: expected"))
        #expect(try error(3) == "expected a list, found int 3")
    }

    @Test func `A decoder that is kept says so and reads nothing`() throws {
        final class Box: Decodable {
            nonisolated(unsafe) static var kept: (any Decoder)?
            init(from decoder: any Decoder) { Self.kept = decoder }
        }
        _ = try PythonDecoder().decode(Box.self, from: PythonValue.int(7).wireForm())
        let kept = try #require(Box.kept)
        #expect(throws: WireError.self) { try kept.singleValueContainer().decode(Int.self) }
        Box.kept = nil
    }

    @Test func `What writes nothing, and what refuses, is told`() {
        struct Silent: Encodable { func encode(to encoder: any Encoder) {} }
        struct Refusing: Encodable { func encode(to encoder: any Encoder) throws { throw Refusal() } }
        #expect(throws: WireError.self) { try PythonEncoder().encode(Silent()) }
        #expect(throws: WireError.self) { try PythonEncoder().encode([Refusing()]) }
    }
}
