import Foundation
import Marshalling

/// The zone of a `datetime`, as its converter sends it.
enum PythonTimeZone: PythonDecodable {
    case none
    /// Seconds east of Greenwich.
    case offset(Double)
    case zone(TimeZone)

    init(from decoder: inout WireDecoder) throws(WireError) {
        let start = try decoder.peek()
        guard start != .none else {
            _ = try decoder.decode(String?.self)
            self = .none
            return
        }
        let parts: PythonValue = try decoder.decode()
        guard case .tuple(let elements) = parts.unshared else { throw Self.unknown(parts) }
        switch elements.count {
        case 1 where elements[0] == "utc": self = .offset(0)
        case 2 where elements[0] == "zone":
            guard let name = elements[1].string, let zone = TimeZone(identifier: name) else {
                throw Self.unknown(parts)
            }
            self = .zone(zone)
        case 4 where elements[0] == "offset":
            guard let seconds = elements[1].int, abs(seconds) < 86400, let microseconds = elements[2].int,
                (0..<1_000_000).contains(microseconds)
            else { throw Self.unknown(parts) }
            self = .offset(Double(seconds) + Double(microseconds) / 1e6)
        default: throw Self.unknown(parts)
        }
    }

    /// Seconds east of Greenwich at a local time.
    ///
    /// - Parameters:
    ///   - local: seconds since 1970, as if the clock on the wall showed UTC.
    ///   - isLater: of a time that the clock shows twice, whether the second is meant (Python's `fold`).
    func offset(atLocalTime local: Int, isLater: Bool) throws(WireError) -> Double {
        switch self {
        case .none: throw .mismatch(path: "", expected: "Date", found: "datetime without a time zone")
        case .offset(let offset): return offset
        case .zone(let zone):
            // The offsets a day before and after are those on either side of a change; if neither fits, the clock skipped this time, and
            // Python takes the one before the change (after it, if `fold` says so).
            let before = zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(local - 86400)))
            let after = zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(local + 86400)))
            let fits = [before, after].filter {
                zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(local - $0))) == $0
            }
            if fits.isEmpty { return Double(isLater ? after : before) }
            return Double(isLater ? fits[fits.count - 1] : fits[0])
        }
    }

    private static func unknown(_ parts: PythonValue) -> WireError {
        .mismatch(path: "", expected: "Date", found: "datetime in the zone \(parts)")
    }
}
