import Foundation
import Marshalling
import PythonPool
import Testing

@Suite struct FoundationValueTests {
    private func moment(_ parts: [Int], _ zone: PythonValue) -> PythonValue {
        .extended(name: "datetime", payload: .tuple(parts.map { .int($0) } + [zone]))
    }

    private func message<Value: PythonDecodable>(_ value: PythonValue, as type: Value.Type) throws -> String {
        try "\(#require(throws: WireError.self) { try value.decoded(as: type) })"
    }

    @Test(
        arguments: [
            (0.0, [1970, 1, 1, 0, 0, 0, 0]), (-1, [1969, 12, 31, 23, 59, 59, 0]),
            (951_782_400.25, [2000, 2, 29, 0, 0, 0, 250_000]), (-62_135_596_800, [1, 1, 1, 0, 0, 0, 0]),
            (253_402_300_799, [9999, 12, 31, 23, 59, 59, 0]), (1_767_323_045.123456, [2026, 1, 2, 3, 4, 5, 123_456]),
            (-11_676_096_000, [1600, 1, 1, 0, 0, 0, 0]),
        ] as [(Double, [Int])])
    func `A date is a datetime in UTC and comes back`(_ seconds: Double, _ parts: [Int]) throws {
        let date = Date(timeIntervalSince1970: seconds)
        #expect(try PythonValue(encoding: date) == moment(parts + [0], .tuple(["utc"])))
        let back = try Date(wireForm: date.wireForm())
        #expect(abs(back.timeIntervalSince(date)) < 1e-6)
    }

    @Test func `Every day of the calendar comes back`() throws {
        for day in stride(from: -700_000, to: 2_900_000, by: 997) {
            let date = Date(timeIntervalSince1970: Double(day) * 86400)
            #expect(try Date(wireForm: date.wireForm()) == date)
        }
    }

    @Test func `A datetime in any zone is a date`() throws {
        func seconds(_ parts: [Int], _ zone: PythonValue) throws -> Double {
            try moment(parts, zone).decoded(as: Date.self).timeIntervalSince1970
        }
        let noon = [1970, 1, 1, 12, 0, 0, 0, 0]
        #expect(try seconds(noon, .tuple(["offset", 19800, 0, .none])) == 43200 - 19800)
        #expect(try seconds(noon, .tuple(["offset", -3600, 500_000, "X"])) == 43200 + 3600 - 0.5)
        #expect(try seconds([2026, 7, 1, 12, 0, 0, 0, 0], .tuple(["zone", "Europe/Berlin"])) == 1_782_900_000)
        // The hour that the clock shows twice, and the one that it skips.
        let twice = [2026, 10, 25, 2, 30, 0, 0]
        let first = try seconds(twice + [0], .tuple(["zone", "Europe/Berlin"]))
        #expect(try seconds(twice + [1], .tuple(["zone", "Europe/Berlin"])) == first + 3600)
        #expect(first == 1_792_888_200)
        #expect(try seconds([2026, 3, 29, 2, 30, 0, 0, 0], .tuple(["zone", "Europe/Berlin"])) == 1_774_747_800)
    }

    @Test func `What is no point in time is refused`() throws {
        let noon = [1970, 1, 1, 12, 0, 0, 0, 0]
        #expect(
            try message(moment(noon, .none), as: Date.self) == "expected Date, found datetime without a time zone")
        #expect(try message(moment([1970, 13, 1, 12, 0, 0, 0, 0], .tuple(["utc"])), as: Date.self).contains("parts"))
        #expect(try message(moment(noon, .tuple(["zone", "Atlantis"])), as: Date.self).contains("Atlantis"))
        #expect(try message(3, as: Date.self) == "expected Date, found int 3")
        #expect(throws: WireError.self) { try Date(timeIntervalSince1970: 1e12).wireForm() }
        #expect(throws: WireError.self) { try Date(timeIntervalSince1970: .nan).wireForm() }
    }

    @Test(arguments: [
        "0", "1", "-1.5", "123456789.987654321", "0.000001", "1E+5", "-2.50", "340282366920938463463374607431768211455",
        "1E-100", "12E+120",
    ])
    func `A decimal keeps its digits`(_ text: String) throws {
        let number = try PythonValue.extended(name: "Decimal", payload: .string(text)).decoded(as: Decimal.self)
        #expect(number == Decimal(string: text, locale: Locale(identifier: "en_US_POSIX")))
        #expect(try Decimal(wireForm: number.wireForm()) == number)
    }

    @Test func `A decimal that would be rounded is refused`() throws {
        func decimal(_ text: String) -> PythonValue { .extended(name: "Decimal", payload: .string(text)) }
        let long = String(repeating: "7", count: 40)
        #expect(try message(decimal(long), as: Decimal.self) == "expected Decimal, found Decimal '\(long)'")
        for text in ["Infinity", "-Infinity", "sNaN", "1E+1000", "1E-1000", "", "-", ".", "1.2.3", "E5", "１"] {
            #expect(throws: WireError.self) { try decimal(text).decoded(as: Decimal.self) }
        }
        #expect(try decimal("NaN").decoded(as: Decimal.self).isNaN)
        #expect(try (7 as PythonValue).decoded(as: Decimal.self) == 7)
        #expect(try message(1.5, as: Decimal.self) == "expected Decimal, found float 1.5")
    }

    @Test func `UUIDs and data`() throws {
        let id = UUID()
        #expect(try UUID(wireForm: id.wireForm()) == id)
        #expect(throws: WireError.self) {
            try PythonValue.extended(name: "UUID", payload: .bytes([1])).decoded(as: UUID.self)
        }
        let data = Data([0, 1, 255])
        #expect(try PythonValue(encoding: data) == .bytes([0, 1, 255]))
        #expect(try Data(wireForm: data.wireForm()) == data)
        #expect([Date].jsonSchema == ["type": "array", "items": ["type": "string", "format": "date-time"]])
    }
}
