/// How a JSON text is set, and how numbers and keys are spelled in it.
struct JSONStyle {
    let dialect: JSONDialect
    /// Blanks for each level; nil for everything in one line.
    let indent: Int?
    /// What stands between two elements, before a line break if there is one.
    let comma: String
    /// What stands between a key and its value.
    let colon: String

    /// One line without blanks.
    static let compact = JSONStyle(dialect: .standard, indent: nil, comma: ",", colon: ":")
    /// Lines that are indented by two spaces.
    static let pretty = JSONStyle(dialect: .standard, indent: 2, comma: ",", colon: ": ")

    /// As Python's `json.dumps(…, ensure_ascii=False, indent=indent)` sets it.
    static func python(indent: Int?) -> JSONStyle {
        JSONStyle(dialect: .python, indent: indent.map { max($0, 0) }, comma: indent == nil ? ", " : ",", colon: ": ")
    }

    /// As Python's `orjson.dumps(…, option=orjson.OPT_INDENT_2)` sets it.
    static let orjson = JSONStyle(dialect: .orjson, indent: 2, comma: ",", colon: ": ")

    func text(of float: Double) throws(JSONError) -> String {
        switch dialect {
        case .standard:
            guard float.isFinite else { throw .noJSONForm(path: "$", detail: "float \(float) has no JSON form") }
            return float.description
        case .python:
            guard float.isFinite else { return float.isNaN ? "NaN" : float < 0 ? "-Infinity" : "Infinity" }
            return float.pythonRepr
        case .orjson: return float.isFinite ? float.orjsonText : "null"
        }
    }

    func digits(of integer: PythonInteger) throws(JSONError) -> String {
        if dialect == .orjson {
            let digits = integer.littleEndianBytes.count <= 9 ? integer.description : ""
            guard UInt64(digits) != nil else {
                throw .noJSONForm(path: "$", detail: "an integer of more than 64 bits, which orjson does not write")
            }
            return digits
        }
        guard dialect == .python else { return integer.description }
        let tooLong = JSONError.noJSONForm(
            path: "$", detail: "an integer of more than \(JSONError.digitLimit) digits, which Python does not write")
        // 2.4 digits a byte: what is far too long is not worth converting.
        guard integer.littleEndianBytes.count <= JSONError.digitLimit / 2 else { throw tooLong }
        let digits = integer.description
        guard digits.utf8.count - (integer.isNegative ? 1 : 0) <= JSONError.digitLimit else { throw tooLong }
        return digits
    }

    /// The text of a key; nil for a kind of key that cannot be written.
    func text(ofKey key: PythonValue) throws(JSONError) -> String? {
        let key = key.unshared
        if let text = key.string { return text }
        guard dialect == .python else { return nil }
        switch key {
        case .none: return "null"
        case .bool(let value): return value ? "true" : "false"
        case .int(let value): return String(value)
        case .bigInt(let value): return try digits(of: value)
        case .float(let value): return try text(of: value)
        default: return nil
        }
    }
}

extension Double {
    /// A finite number as `orjson` spells it: as `repr` does, but without a zero before an exponent of one digit, and without an exponent
    /// for what begins at the fifth place behind the point.
    fileprivate var orjsonText: String {
        let text = pythonRepr
        let parts = text.split(separator: "e", maxSplits: 1)
        guard parts.count == 2, parts[1].hasPrefix("-0") else { return text }
        let power = parts[1].dropFirst(2)
        guard power == "5" else { return "\(parts[0])e-\(power)" }
        return (sign == .minus ? "-" : "") + "0.0000" + parts[0].filter(\.isNumber)
    }
}
