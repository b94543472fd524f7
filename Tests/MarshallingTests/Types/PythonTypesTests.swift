import Marshalling
import Testing

/// The Swift views of what the standard converters send.
@Suite struct PythonTypesTests {
    static let zones: [PythonTimeZone] = [
        .utc, .offset(seconds: -3600, microseconds: 5, name: "X"), .offset(seconds: 0), .zone("Europe/Berlin"),
    ]

    private func comesBack<View: PythonValueConvertible>(_ view: View) {
        #expect(View(view.pythonValue) == view)
        #expect(View(.shared(PythonShared(view.pythonValue))) == view)
        for other in [1, [1], "a", .extended(name: "other", payload: 1), PythonValue.none] as [PythonValue] {
            #expect(View(other) == nil)
        }
        guard case .extended(let name, let payload) = view.pythonValue else {
            return #expect(Bool(false), "\(view.pythonValue)")
        }
        // Whatever a hostile worker puts there is no view, and no crash.
        for wrong in [PythonValue.none, 1, "", .tuple([]), .tuple([payload]), [:], .bytes([1]), .tuple([1, 2])] {
            let view = View(.extended(name: name, payload: wrong))
            #expect(view == nil || View.self == PythonFraction.self, "\(wrong)")
        }
    }

    @Test func `Each view comes back from its value, and from nothing else`() throws {
        comesBack(PythonDate(year: 2024, month: 2, day: 29))
        for zone in Self.zones { comesBack(zone) }
        for zone in Self.zones.map(Optional.some) + [nil] {
            let time = PythonTime(hour: 23, minute: 59, second: 58, microsecond: 7, fold: 1, zone: zone)
            comesBack(time)
            comesBack(PythonDateTime(date: PythonDate(year: 1, month: 1, day: 1), time: time))
        }
        comesBack(PythonTimeDelta(days: -1, seconds: 2, microseconds: 3))
        comesBack(try #require(PythonDecimal("-0.10E+7")))
        comesBack(PythonFraction(numerator: PythonInteger(-1), denominator: PythonInteger(.max)))
        comesBack(try #require(PythonUUID(bytes: (0..<16).map { UInt8($0 * 16) })))
        comesBack(PythonPath("/a/b", kind: .purePosix))
        let point = try #require(PythonClassName("geometry.Point"))
        comesBack(PythonEnumMember(type: point, member: .name("RED")))
        comesBack(PythonEnumMember(type: point, member: .flags(PythonInteger(5))))
        comesBack(PythonRecord(.dataclass, point, ["x": 1, "y": [.none]], state: [["z": 2]]))
    }

    @Test(arguments: ["0", "-1", "+.5", "1.", "1E5", "1e-7", "Infinity", "-inf", "NaN", "snan12", "00.10"])
    func `A text that Python's Decimal takes is one`(_ text: String) {
        #expect(PythonDecimal(text)?.text == text)
    }

    @Test(arguments: ["", "-", ".", "1e", "e1", "1_0", "0x1", "nanx", "infi", " 1", "1.2.3", "--1", "١"])
    func `A text that it refuses, or that is written otherwise, is none`(_ text: String) {
        #expect(PythonDecimal(text) == nil)
    }

    @Test func `A UUID is written as usual`() {
        #expect(
            PythonUUID(bytes: Array(0x10..<0x20))?.description == "10111213-1415-1617-1819-1a1b1c1d1e1f")
        #expect(PythonUUID(bytes: [1]) == nil)
    }

    @Test func `The name of a class has a module`() {
        #expect(PythonClassName("a.b.C").map { [$0.module, $0.qualifiedName] } == ["a.b", "C"])
        for path in ["", "C", ".C", "a."] { #expect(PythonClassName(path) == nil) }
    }

    @Test func `A class of one's own is registered by name, path and fields`() {
        let point = PythonClass(name: "point", path: "geometry.Point", fields: ["x", "y"])
        #expect(point.registration.target == "dspex_worker.converters.register_class")
        #expect(point.registration.arguments == ["point", "geometry.Point", ["x", "y"]])
        #expect(point.fields(of: point.value(["x": 1])) == ["x": 1])
        #expect(point.fields(of: [:]) == nil)
    }

    @Test(arguments: PythonValue.boundaryIntegers)
    func `An integer of any size holds every int`(_ number: Int) {
        #expect(PythonInteger(number).int == number)
        #expect(PythonValue(PythonInteger(number)) == .int(number))
        #expect(PythonValue.int(number).integer?.description == "\(number)")
    }
}
