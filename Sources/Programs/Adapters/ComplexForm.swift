internal import Marshalling

/// Complex numbers as pydantic's JSON mode writes them: `1.5-2j`, all digits and no exponent.
enum ComplexForm {
    static func text(_ number: PythonComplex) -> String {
        let imaginary = part(number.imaginary) + "j"
        if number.real == 0 { return imaginary }
        return part(number.real) + (imaginary.hasPrefix("-") ? "" : "+") + imaginary
    }

    private static func part(_ number: Double) -> String {
        if number.isNaN { return "NaN" }
        let written = number.pythonRepr
        guard let mark = written.firstIndex(of: "e"), let exponent = Int(written[mark...].dropFirst()) else {
            return written.hasSuffix(".0") ? String(written.dropLast(2)) : written
        }
        let sign = number < 0 ? "-" : ""
        let digits = written[..<mark].filter { $0 != "." && $0 != "-" }
        if exponent < 0 { return sign + "0." + String(repeating: "0", count: -exponent - 1) + digits }
        return sign + digits + String(repeating: "0", count: exponent + 1 - digits.count)
    }
}
