extension Double {
    /// The shortest text that reads as this number, spelled as Python's `repr(float)` and `str(float)` do: `1.0`, `1e+16`, `1e-05`,
    /// `inf`, `-inf`, `nan`.
    public var pythonRepr: String {
        guard isFinite else { return isNaN ? "nan" : self < 0 ? "-inf" : "inf" }
        let (digits, exponent) = shortestDigits
        let sign = self.sign == .minus ? "-" : ""
        // Python's own bounds for the plain form.
        guard (-4..<16).contains(exponent) else {
            let mantissa = digits.count == 1 ? digits : digits.prefix(1) + "." + digits.dropFirst()
            let power = String(exponent.magnitude)
            return sign + mantissa + (exponent < 0 ? "e-" : "e+") + (power.count == 1 ? "0" : "") + power
        }
        if exponent < 0 { return sign + "0." + String(repeating: "0", count: -exponent - 1) + digits }
        guard digits.count > exponent + 1 else {
            return sign + digits + String(repeating: "0", count: exponent + 1 - digits.count) + ".0"
        }
        return sign + digits.prefix(exponent + 1) + "." + digits.dropFirst(exponent + 1)
    }

    /// The significant digits, without zeros at either end, and the power of ten of the first one. Swift finds the same digits as
    /// Python and only sets them otherwise.
    private var shortestDigits: (digits: String, exponent: Int) {
        let parts = magnitude.description.split(separator: "e")
        let mantissa = (parts.first ?? "0").split(separator: ".", omittingEmptySubsequences: false)
        let whole = String(mantissa.first ?? "0")
        let fraction = mantissa.count > 1 ? String(mantissa[1]) : ""
        let all = whole + fraction
        let leadingZeros = all.prefix { $0 == "0" }.count
        var digits = String(all.dropFirst(leadingZeros))
        while digits.last == "0" { digits.removeLast() }
        guard !digits.isEmpty else { return ("0", 0) }
        let written = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        return (digits, written + whole.count - 1 - leadingZeros)
    }
}
