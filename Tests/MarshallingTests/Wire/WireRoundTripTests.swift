import Marshalling
import Testing

@Suite struct WireRoundTripTests {
    @Test(arguments: PythonValue.boundaryIntegers)
    func `An int comes back`(_ number: Int) throws {
        #expect(try PythonValue(wireForm: PythonValue.int(number).wireForm()) == .int(number))
    }

    @Test(arguments: PythonValue.boundaryFloats.map(\.bitPattern))
    func `A float comes back bit by bit, alone and in a list`(_ bits: UInt64) throws {
        for value in [.float(Double(bitPattern: bits)), [.float(Double(bitPattern: bits))]] as [PythonValue] {
            #expect(try PythonValue(wireForm: value.wireForm()).isIdentical(to: value))
        }
    }

    @Test(arguments: PythonValue.boundaryStrings)
    func `A text comes back byte by byte, as value, key and converter name`(_ text: String) throws {
        let values: [PythonValue] = [
            .string(text), .dict([.string(text): .string(text)]), .extended(name: text, payload: .none),
        ]
        for value in values { #expect(try PythonValue(wireForm: value.wireForm()).isIdentical(to: value)) }
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `Random values of all kinds come back identical`(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<250 {
            let value = PythonValue.random(using: &generator)
            let bytes = try value.wireForm()
            let back = try PythonValue(wireForm: bytes)
            guard back.isIdentical(to: value), try back.wireForm() == bytes else {
                Issue.record("\(value) came back as \(back)")
                return
            }
        }
    }

    @Test func `The generator makes every kind`() {
        var generator = SeededGenerator(seed: 1)
        let kinds = Set(
            (0..<2000).map { _ -> String in
                let value = PythonValue.random(using: &generator)
                if case .extended = value { return "extended" }
                if case .bigInt = value { return "bigInt" }
                if case .surrogateString = value { return "surrogateString" }
                return value.typeName
            })
        #expect(kinds.count == 17, "\(kinds)")
    }

    @Test func `A large list and a large text come back`() throws {
        let value: PythonValue = [
            .list((0..<20_000).map { .int($0) }), .list((0..<20_000).map { .float(Double($0)) }),
            .string(String(repeating: "語", count: 100_000)), .bytes([UInt8](repeating: 7, count: 1 << 20)),
        ]
        #expect(try PythonValue(wireForm: value.wireForm()) == value)
    }
}
