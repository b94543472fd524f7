import Glibc
import HTTPClient

/// Reads how long a provider wants to be left alone.
enum RetryAfter {
    /// The wall clock in seconds since 1970.
    static let now: @Sendable () -> Int = { time(nil) }

    /// The waiting time of a response: OpenAI's milliseconds, else `Retry-After` as seconds or as a date.
    static func duration(_ headers: HTTPHeaders, now: Int) -> Duration? {
        if let milliseconds = headers["retry-after-ms"].flatMap(Double.init), let wait = bounded(milliseconds / 1000) {
            return wait
        }
        guard let value = headers["Retry-After"] else { return nil }
        if let seconds = Double(value) { return bounded(seconds) }
        return date(value).flatMap { bounded(Double($0 - now)) }
    }

    /// No provider means more than a day; what is past means now.
    private static func bounded(_ seconds: Double) -> Duration? {
        seconds.isNaN ? nil : .seconds(min(max(seconds, 0), 86_400))
    }

    /// Seconds since 1970 of a date as HTTP writes it today: `Sun, 06 Nov 1994 08:49:37 GMT`.
    static func date(_ text: String) -> Int? {
        let words = text.split(separator: " ")
        guard words.count == 6, words[5] == "GMT", let day = Int(words[1]), let year = Int(words[3]),
            (1970...9999).contains(year)
        else { return nil }
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let clock = words[4].split(separator: ":").compactMap { Int($0) }
        guard let month = months.firstIndex(of: String(words[2])), (1...31).contains(day), clock.count == 3,
            (0..<24).contains(clock[0]), (0..<60).contains(clock[1]), (0...60).contains(clock[2])
        else { return nil }
        // Days since 1970 by years that begin in March, so that the leap day comes last.
        let marchYear = month < 2 ? year - 1 : year
        let marchMonth = (month + 10) % 12
        let dayOfYear = (153 * marchMonth + 2) / 5 + day - 1
        let days = 365 * marchYear + marchYear / 4 - marchYear / 100 + marchYear / 400 + dayOfYear - 719_468
        return days * 86_400 + clock[0] * 3600 + clock[1] * 60 + clock[2]
    }
}
