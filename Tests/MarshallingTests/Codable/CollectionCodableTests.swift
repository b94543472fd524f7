import Marshalling
import Testing

@Suite struct CollectionCodableTests {
    @Test func `Arrays are lists, packed when they are of doubles, bytes when they are of bytes`() throws {
        #expect(try PythonValue(encoding: ["a", "b"]) == ["a", "b"])
        #expect(try [1.5, 2].wireForm().first == WireTag.floatList.rawValue)
        #expect(try [Double]().wireForm() == PythonValue.list([]).wireForm())
        #expect(try PythonValue(encoding: [1, 2] as [UInt8]) == .bytes([1, 2]))
        #expect(try PythonValue(encoding: [[1]] as [[UInt8]]) == [.bytes([1])])
    }

    @Test func `Arrays are read from lists and tuples`() throws {
        #expect(try PythonValue.tuple([1, 2]).decoded(as: [Int].self) == [1, 2])
        #expect(try PythonValue.list([1, 255]).decoded(as: [UInt8].self) == [1, 255])
        #expect(try PythonValue.bytearray([1, 255]).decoded(as: [UInt8].self) == [1, 255])
        #expect(try PythonValue.list([1.5, 2.5]).decoded(as: [Float].self) == [1.5, 2.5])
        #expect(try PythonValue.list([1.5, 2.5]).decoded(as: [Double?].self) == [1.5, 2.5])
        #expect(try PythonValue.list([1.5]).decoded(as: [PythonValue].self) == [1.5])
        #expect(mismatch([1.5, 2.5], as: [Int].self) == "[0]: expected Int, found float 1.5")
        #expect(mismatch([1, 256], as: [UInt8].self) == "[1]: expected UInt8, found int 256")
        #expect(mismatch(.set([1]), as: [Int].self) == "expected Array<Int>, found set of 1")
        #expect(mismatch("ab", as: [String].self) == #"expected Array<String>, found str "ab""#)
    }

    @Test func `Sets are sets`() throws {
        #expect(try Set([1, 2, 3]).wireForm().first == WireTag.set.rawValue)
        #expect(try PythonValue.frozenset(["a", "b"]).decoded(as: Set<String>.self) == ["a", "b"])
        #expect(mismatch([1], as: Set<Int>.self) == "expected Set<Int>, found list of 1")
        #expect(mismatch(.set([1, "x"]), as: Set<Int>.self) == #"{1}: expected Int, found str "x""#)
    }

    @Test func `Dictionaries are dicts with any key`() throws {
        let byNumber = [1: ["a"], 2: []]
        #expect(try [Int: [String]](wireForm: byNumber.wireForm()) == byNumber)
        #expect(mismatch(["a": 1, "b b": "x"], as: [String: Int].self) == #"["b b"]: expected Int, found str "x""#)
        #expect(mismatch([1: 1, "b": 2], as: [Int: Int].self) == #"{key 1}: expected Int, found str "b""#)
        #expect(mismatch([[1: [.none]]], as: [[Int: [Int]]].self) == "[0][1][0]: expected Int, found None")
    }

    @Test func `Trees are values like any other`() throws {
        var generator = SeededGenerator(seed: 40)
        for _ in 0..<200 {
            let value = PythonValue.random(using: &generator)
            #expect(try PythonValue(encoding: value).isIdentical(to: value))
            #expect(try [PythonValue](wireForm: [value].wireForm())[0].isIdentical(to: value))
        }
        let entries: PythonDictionary = ["b": 1, "a": 2]
        #expect(try PythonDictionary(wireForm: entries.wireForm()) == entries)
        #expect(mismatch([1], as: PythonDictionary.self) == "expected PythonDictionary, found list of 1")
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func `Whatever is made comes back`(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: 500 + seed)
        for _ in 0..<100 {
            let texts = PythonValue.boundaryStrings
            let value: [String: [[Double?]]] = Dictionary(
                (0..<generator.below(5)).map { _ in
                    let rows = (0..<generator.below(4)).map { _ in
                        (0..<generator.below(4)).map { _ in
                            generator.below(3) == 0 ? nil : Double(generator.below(1000)) / 8
                        }
                    }
                    return (texts[generator.below(texts.count)], rows)
                }, uniquingKeysWith: { $1 })
            #expect(try [String: [[Double?]]](wireForm: value.wireForm()) == value)
        }
    }
}
