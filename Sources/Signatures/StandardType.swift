/// A type of Python's standard library that signatures may name with its module. No other module is ever looked into.
public enum StandardType: String, Sendable, Hashable, CaseIterable {
    /// `datetime.date`
    case date = "datetime.date"
    /// `datetime.datetime`
    case datetime = "datetime.datetime"
    /// `datetime.time`
    case time = "datetime.time"
    /// `datetime.timedelta`
    case timedelta = "datetime.timedelta"
    /// `decimal.Decimal`
    case decimal = "decimal.Decimal"
    /// `fractions.Fraction`
    case fraction = "fractions.Fraction"
    /// `uuid.UUID`
    case uuid = "uuid.UUID"
    /// `pathlib.Path`
    case path = "pathlib.Path"

    /// The type as signature strings write it, with its module.
    public var source: String { rawValue }

    /// The type as DSPy's prompts spell it, without its module.
    public var promptName: String { String(rawValue.split(separator: ".").last ?? "") }
}
