/// One reason for a route. Kept as a value, and put into words only when someone reads it: a decision is to cost nothing.
enum RouteGround: Sendable, Hashable {
    /// In the words of whoever made the route by hand.
    case stated(String)
    /// The caller insists on this implementation.
    case forced(Route.Implementation)
    /// Only one side has the program.
    case onlyOne(ProgramKind, Route.Implementation)
    /// The program names a pool, and pools are Python's.
    case askedByPool(ProgramKind)
    /// The higher score of two.
    case scored(Route.Implementation, Double, over: Double)
    /// The lower score, to learn whether it is still the lower.
    case explored(Route.Implementation, share: Double)
    /// The other implementation failed; the word is its error's label.
    case fellBack(from: Route.Implementation, failure: String)

    case poolNamed(String)
    case poolOfKind(String, ProgramKind)
    case defaultPool(String)
    /// The pool that the program is meant for is not configured, so that the default one serves.
    case poolMissing(String, instead: String)
    case modelNamed(String)
    case defaultModel(String)
    /// The timeout is longer than the default, as the estimate asks for it.
    case timeoutEstimated(Duration)
}

extension RouteGround: CustomStringConvertible {
    var description: String {
        switch self {
        case .stated(let reason): reason
        case .forced(let implementation): "the caller asks for \(implementation.name)"
        case .onlyOne(let kind, let implementation): "\(kind) runs in \(implementation.name)"
        case .askedByPool(let kind): "\(kind) runs in Python, as it names a pool"
        case .scored(let implementation, let score, let other):
            "\(implementation.name) scores \(score.points), \(implementation.other.name) \(other.points)"
        case .explored(let implementation, let share):
            "\(implementation.name) is tried to learn from it, as are \(share.percent) of the calls that may be repeated"
        case .fellBack(let failed, let failure):
            "\(failed.other.name) takes over, as \(failed.name) failed (\(failure))"
        case .poolNamed(let pool): "the program names the pool '\(pool)'"
        case .poolOfKind(let pool, let kind): "'\(pool)' serves \(kind)"
        case .defaultPool(let pool): "'\(pool)' serves programs"
        case .poolMissing(let pool, let instead): "there is no pool '\(pool)', so '\(instead)' serves"
        case .modelNamed(let model): "the program names the model '\(model)'"
        case .defaultModel(let model): "'\(model)' is the default model"
        case .timeoutEstimated(let timeout): "the call may take \(timeout.inSeconds), as its estimate is long"
        }
    }
}

extension Double {
    /// `70.0`, for scores.
    var points: String {
        let tenths = Int((self * 10).rounded())
        let (whole, rest) = tenths.magnitude.quotientAndRemainder(dividingBy: 10)
        return "\(tenths < 0 ? "-" : "")\(whole).\(rest)"
    }
}
