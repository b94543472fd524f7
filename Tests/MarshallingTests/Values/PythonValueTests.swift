import Marshalling
import Testing

@Suite struct PythonValueTests {
    static let everyKind: [(value: PythonValue, typeName: String)] = [
        (.none, "NoneType"), (true, "bool"), (1, "int"), (.bigInt(PythonInteger(littleEndianBytes: [1])), "int"),
        (0.5, "float"),
        (.complex(PythonComplex(real: 1, imaginary: 2)), "complex"), (.bytearray([1]), "bytearray"),
        (.shared(PythonShared([1])), "list"),
        ("a", "str"), (.bytes([1]), "bytes"), ([1], "list"), (.tuple([1]), "tuple"), (.set([1]), "set"),
        (.frozenset([1]), "frozenset"), ([1: 2], "dict"), (.extended(name: "datetime", payload: 1), "datetime"),
    ]

    @Test(arguments: everyKind)
    func `Every kind knows its Python name`(_ value: PythonValue, _ name: String) {
        #expect(value.typeName == name)
        #expect(value.isNone == (name == "NoneType"))
    }

    @Test(arguments: everyKind)
    func `A value is taken for its own kind only`(_ value: PythonValue, _ name: String) {
        #expect((value.bool != nil) == (name == "bool"))
        #expect((value.string != nil) == (name == "str"))
        #expect((value.bytes != nil) == (name == "bytes" || name == "bytearray"))
        #expect((value.dict != nil) == (name == "dict"))
        #expect((value.elements != nil) == ["list", "tuple", "set", "frozenset"].contains(name))
    }

    @Test func `An int serves as a double while a double holds it exactly`() {
        #expect(PythonValue.int(3).double == 3)
        #expect(PythonValue.float(0.5).double == 0.5)
        #expect(PythonValue.int(1 << 53).double == 9_007_199_254_740_992)
        #expect(PythonValue.int(1 << 53 + 1).double == nil)
        #expect(PythonValue.bool(true).double == nil)
        #expect(PythonValue.bool(true).int == nil)
    }

    @Test func `Elements and entries are reached by index and key`() {
        let value: PythonValue = ["rows": [1, 2], 7: "seven", "nothing": .none]
        #expect(value["rows"]?[1] == 2)
        #expect(value["rows"]?[2] == Optional<PythonValue>.none)
        #expect(value["rows"]?[-1] == Optional<PythonValue>.none)
        #expect(value[7] == "seven")
        #expect(value["nothing"] == .some(.none))
        #expect(value["missing"] == Optional<PythonValue>.none)
        #expect(PythonValue.tuple([1])[0] == 1)
        #expect(PythonValue.string("text")[0] == Optional<PythonValue>.none)
    }

    @Test func `Sets are equal in any order`() {
        #expect(PythonValue.set([1, 2, 3]) == .set([3, 1, 2]))
        #expect(PythonValue.set([1, 2]) != .set([1, 3]))
        #expect(PythonValue.set([1, 2]) != .frozenset([1, 2]))
        #expect(Set([PythonValue.set([1, 2]), .set([2, 1])]).count == 1)
    }

    @Test func `Kinds that Python tells apart are told apart`() {
        #expect(PythonValue.int(1) != .float(1))
        #expect(PythonValue.bool(true) != .int(1))
        #expect(PythonValue.list([1]) != .tuple([1]))
        #expect(PythonValue.string("a") != .bytes([0x61]))
    }
}
