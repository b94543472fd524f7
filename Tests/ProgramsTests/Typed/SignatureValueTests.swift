import Foundation
import Marshalling
import PythonPool
import Signatures
import Testing

@testable import Programs

@Suite struct SignatureValueTests {
    /// The type, and a value there and back.
    private func trip<Value: SignatureValue & Equatable>(
        _ value: Value, _ type: FieldType, _ tree: PythonValue, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let declared = SignatureDeclaration(
            "One", inputs: [.of(Value.self, "value")], outputs: [.of(String.self, "other")])
        #expect(declared.signature.inputs.map(\.type) == [type], sourceLocation: sourceLocation)
        #expect(declared.fault == nil, sourceLocation: sourceLocation)
        #expect(value.fieldValue() == tree, sourceLocation: sourceLocation)
        let read = Self.read(tree, as: Value.self)
        #expect(read.value == value, "\(read.problems)", sourceLocation: sourceLocation)
    }

    private static func read<Value: SignatureValue>(
        _ value: PythonValue, as type: Value.Type
    ) -> (value: Value?, problems: [String]) {
        var reader = FieldReader(["value": value])
        let read = reader.take(type, "value")
        return (read, reader.problems.listed.map(\.description))
    }

    private func problems<Value: SignatureValue>(_ value: PythonValue, as type: Value.Type) -> [String] {
        let read = Self.read(value, as: type)
        return read.value == nil ? read.problems : ["read"]
    }

    @Test func `scalars`() throws {
        try trip("text", .str, "text")
        try trip(true, .bool, true)
        try trip(-3, .int, -3)
        try trip(UInt8.max, .int, 255)
        try trip(UInt64.max, .int, PythonValue(PythonInteger(unsigned: .max)))
        try trip(2.5, .float, 2.5)
        try trip(Float(0.5), .float, 0.5)
        try trip(PythonValue.list([1, "x"]), .any, [1, "x"])
        #expect(Self.read(3, as: Double.self).value == 3)
        #expect(problems(300, as: UInt8.self) == ["value: expected int, got int"])
        #expect(problems(true, as: Int.self) == ["value: expected int, got bool"])
        #expect(problems(2.5, as: Int.self) == ["value: expected int, got float"])
        #expect(problems(1, as: String.self) == ["value: expected str, got int"])
        #expect(problems("yes", as: Bool.self) == ["value: expected bool, got str"])
        #expect(problems(.none, as: Double.self) == ["value: expected float, got NoneType"])
    }

    @Test func `collections`() throws {
        try trip([1, 2], .list(.int), [1, 2])
        // An empty array of anything casts to one of bytes.
        try trip([String](), .list(.str), [])
        try trip([UInt8]([1, 2]), .bytes, .bytes([1, 2]))
        try trip(Optional("x"), .optional(.str), "x")
        try trip(String?.none, .optional(.str), .none)
        try trip(Set(["b", "a", "c"]), .set(.str), .set(["a", "b", "c"]))
        try trip(["b": 2, "a": 1], .dict(.str, .int), ["a": 1, "b": 2])
        try trip([10: [true], 9: []], .dict(.int, .list(.bool)), .dict([9: [], 10: [true]]))
        try trip(["x": 1] as PythonDictionary, .dict(.unspecified, .unspecified), ["x": 1])
        #expect(Self.read(.tuple([1, 2]), as: [Int].self).value == [1, 2])
        #expect(Self.read([1, 2], as: [UInt8].self).value == [1, 2])
        #expect(problems("ab", as: [String].self) == ["value: expected list[str], got str"])
    }

    @Test func `types of Python's library and of Foundation`() throws {
        let date = PythonDate(year: 2026, month: 2, day: 28)
        try trip(date, .standard(.date), date.pythonValue)
        let time = Date(timeIntervalSince1970: 0.5)
        try trip(time, .standard(.datetime), PythonValue(encoding: time))
        let id = UUID()
        try trip(id, .standard(.uuid), PythonValue(encoding: id))
        let price = Decimal(15) / 10
        try trip(price, .standard(.decimal), PythonValue(encoding: price))
        try trip(Data([1, 2]), .bytes, .bytes([1, 2]))
        #expect(problems("today", as: PythonDate.self) == ["value: expected datetime.date, got str"])
        #expect(problems("today", as: Date.self) == ["value: expected datetime.datetime, got str"])
        #expect(problems("x", as: Data.self) == ["value: expected bytes, got str"])
        // No datetime of Python's is so late.
        #expect(Date(timeIntervalSince1970: 1e15).fieldValue() == .none)
    }

    @Test func `every failure inside is told, with its path`() {
        #expect(
            problems([1, "x", 2, .none], as: [Int].self) == [
                "value[1]: expected int, got str", "value[3]: expected int, got NoneType",
            ])
        #expect(
            problems(.dict(["a": ["x"], 2: [1]]), as: [String: [Int]].self) == [
                "value.a[0]: expected int, got str", "value key 2: expected str, got int",
            ])
        #expect(
            problems(["age": "old"], as: Customer.self) == [
                "value.name: missing; expected str", "value.age: expected int, got str",
            ])
    }

    @Test func `an enum of raw values is a choice without a macro`() throws {
        try trip(Level.high, .literal(["low", "!"]), "!")
        #expect(problems("high", as: Level.self) == ["value: expected one of 'low', '!', got 'high'"])
        #expect(problems(1, as: Level.self) == ["value: expected str, got int"])
    }

    @Test func `defaults of scalars are the field's, others only the property's`() {
        let declared = SignatureDeclaration(
            "Defaults",
            inputs: [
                .of(Int.self, "a", default: 3), .of(Level.self, "b", default: .low),
                .of([String].self, "c", default: []), .of(String?.self, "d", default: .some(nil)),
                .of(String?.self, "e"),
            ], outputs: [.of(String.self, "z")])
        #expect(declared.fault == nil)
        #expect(declared.signature.inputs.map(\.defaultValue) == [3, "low", nil, LiteralValue.none, nil])
    }

    @Test func `what cannot be said is a fault`() {
        func fault(_ fields: FieldDeclaration...) -> String? {
            SignatureDeclaration("Bad", inputs: fields, outputs: [.of(String.self, "z")]).fault?.message
        }
        #expect(
            fault(.of(Node.self, "a"))
                == "the type 'Node' contains itself, which no signature can say; leave the inner one out")
        #expect(
            fault(.of(Customer.self, "a"), .of(Other.Customer.self, "b"))
                == "two different types are called 'Customer'; rename one of them")
        #expect(
            fault(.of([String].self, "a", choices: ["x"]))
                == "only texts and whole numbers have choices, a 'list[str]' has none")
        #expect(
            fault(.of(String.self, "a"), .of(String.self, "a"))
                == "the field 'a' is there twice; rename one of them")
        #expect(fault() == "there are no inputs; write at least one field on each side of '->'")
        #expect(fault(.of(String.self, "a", choices: ["x"])) == nil)
    }
}

private enum Level: String, CaseIterable, SignatureValue {
    case low
    case high = "!"
}

private struct Node: SignatureValue {
    var children: [Node] = []
    static func describe(in types: inout FieldTypes) -> FieldType {
        types.record("Node", [.of([Node].self, "children")])
    }
    func fieldValue() -> PythonValue { ["children": children.fieldValue()] }
    init?(from reader: inout FieldReader) {
        guard let children = reader.take([Node].self, "children") else { return nil }
        self.children = children
    }
}

private enum Other {
    struct Customer: SignatureValue {
        static func describe(in types: inout FieldTypes) -> FieldType {
            types.record("Customer", [.of(Int.self, "number")])
        }
        func fieldValue() -> PythonValue { [:] }
        init?(from reader: inout FieldReader) {}
    }
}
