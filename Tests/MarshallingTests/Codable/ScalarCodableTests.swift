import Marshalling
import Testing

@Suite struct ScalarCodableTests {
    private static func comesBack<Value: PythonCodable & Equatable>(_ value: Value) throws -> Bool {
        try Value(wireForm: value.wireForm()) == value
    }

    @Test(arguments: PythonValue.boundaryIntegers)
    func `Every integer type takes what fits it and names what does not`(_ number: Int) throws {
        func check<Number: FixedWidthInteger & PythonCodable>(_ type: Number.Type) throws {
            if let fitting = Number(exactly: number) {
                #expect(try PythonValue.int(number).decoded(as: type) == fitting)
                #expect(try PythonValue(encoding: fitting) == .int(number))
            } else {
                #expect(mismatch(.int(number), as: type) == "expected \(type), found int \(number)")
            }
        }
        try check(Int.self)
        try check(Int8.self)
        try check(Int16.self)
        try check(Int32.self)
        try check(Int64.self)
        try check(Int128.self)
        try check(UInt.self)
        try check(UInt8.self)
        try check(UInt16.self)
        try check(UInt32.self)
        try check(UInt64.self)
        try check(UInt128.self)
    }

    @Test func `Integers beyond 64 bits keep all their digits`() throws {
        for number in [UInt64.max, UInt64(Int64.max) + 1] { #expect(try Self.comesBack(number)) }
        for number in [Int128.max, .min, Int128(Int64.min) - 1, -1, 0] { #expect(try Self.comesBack(number)) }
        for number in [UInt128.max, UInt128(UInt64.max) + 1] { #expect(try Self.comesBack(number)) }
        #expect(try PythonValue(encoding: UInt64.max) == .bigInt(#require(PythonInteger("18446744073709551615"))))
        let beyond = try #require(PythonInteger("340282366920938463463374607431768211456"))
        #expect(mismatch(.bigInt(beyond), as: UInt128.self) == "expected UInt128, found int of 17 bytes")
        let justBeyond = try #require(PythonInteger("9223372036854775808"))
        #expect(mismatch(.bigInt(justBeyond), as: Int.self) == "expected Int, found int of 9 bytes")
        #expect(mismatch(.int(-1), as: UInt64.self) == "expected UInt64, found int -1")
    }

    @Test(arguments: PythonValue.boundaryFloats)
    func `Every double comes back to the bit`(_ number: Double) throws {
        #expect(try Double(wireForm: number.wireForm()).bitPattern == number.bitPattern)
        let floats = [number, 1, number]
        #expect(try [Double](wireForm: floats.wireForm()).map(\.bitPattern) == floats.map(\.bitPattern))
    }

    @Test func `Floating-point numbers are read from an int that they hold exactly`() throws {
        #expect(try PythonValue.int(1 << 53).decoded(as: Double.self) == 9_007_199_254_740_992)
        #expect(mismatch(.int(1 << 53 + 1), as: Double.self) == "expected Double, found int 9007199254740993")
        #expect(try PythonValue(encoding: UInt64.max - 2047).decoded(as: Double.self) == 18_446_744_073_709_549_568)
        #expect(try PythonValue.int(16_777_216).decoded(as: Float.self) == 16_777_216)
        #expect(mismatch(.int(16_777_217), as: Float.self) == "expected Float, found int 16777217")
        #expect(try PythonValue.float(0.1).decoded(as: Float.self) == 0.1)
        #expect(mismatch(.float(1e39), as: Float.self) == "expected Float, found float 1e+39")
        #expect(try PythonValue.float(.infinity).decoded(as: Float.self) == .infinity)
        #expect(try PythonValue.list([1, 2.5, 3]).decoded(as: [Double].self) == [1, 2.5, 3])
    }

    @Test func `Nothing else is taken for something else`() {
        #expect(mismatch(true, as: Int.self) == "expected Int, found bool True")
        #expect(mismatch(3.0, as: Int.self) == "expected Int, found float 3.0")
        #expect(mismatch("3", as: Int.self) == #"expected Int, found str "3""#)
        #expect(mismatch(1, as: Bool.self) == "expected Bool, found int 1")
        #expect(mismatch(1, as: String.self) == "expected String, found int 1")
        #expect(mismatch(.bytes([1]), as: String.self) == "expected String, found bytes of 1")
        #expect(mismatch(.none, as: Double.self) == "expected Double, found None")
        #expect(mismatch(.extended(name: "Decimal", payload: "1"), as: Double.self) == "expected Double, found Decimal")
        let long = mismatch(.string(String(repeating: "a\n", count: 4000)), as: Int.self)
        #expect(long == #"expected Int, found str ""# + String(repeating: #"a\n"#, count: 20) + "…\"")
    }

    @Test(arguments: PythonValue.boundaryStrings)
    func `Every text comes back to the byte`(_ text: String) throws {
        #expect(try String(wireForm: text.wireForm()).utf8.elementsEqual(text.utf8))
    }

    @Test func `An optional is None or its value`() throws {
        #expect(try PythonValue(encoding: Int?.none) == PythonValue.none)
        #expect(try PythonValue.none.decoded(as: Int?.self) == nil)
        #expect(try PythonValue.int(3).decoded(as: Int?.self) == 3)
        #expect(mismatch("x", as: Int?.self) == #"expected Int, found str "x""#)
    }

    @Test(
        arguments: [
            .zero, .microseconds(-1), .seconds(90_061) + .microseconds(5), .seconds(-86_400),
            .seconds(86_399_999_999_999),
        ] as [Duration])
    func `A duration is a timedelta`(_ duration: Duration) throws { #expect(try Self.comesBack(duration)) }

    @Test func `A timedelta is as Python normalises it`() throws {
        let tick = try PythonValue(encoding: Duration.microseconds(-1))
        #expect(tick == .extended(name: "timedelta", payload: .tuple([-1, 86399, 999_999])))
        #expect(throws: WireError.self) { try Duration.seconds(86_400_000_000_000).wireForm() }
        #expect(mismatch(3, as: Duration.self) == "expected Duration, found int 3")
    }
}
