import DSPex
import Foundation

/// A profile for people: a table with bars that begin where the step before ended, and the same as SVG.
///
/// The bars are shares of all calls together, so that they fill the width; the numbers are percentiles, which do not add up.
struct CallPicture {
    /// A step, how it is called, and which side takes it.
    private struct Row {
        let stage: CallProfile.Stage
        let name: String
        let side: Side
        let p50: Double
        let p99: Double
        let share: Double
        /// The shares of all steps before.
        let start: Double
    }

    private enum Side: String, CaseIterable {
        case host = "Swift"
        case between = "the way"
        case worker = "Python"

        var color: String {
            switch self {
            case .host: "#f05138"
            case .between: "#9aa4b2"
            case .worker: "#3572a5"
            }
        }
    }

    private let profile: CallProfile
    private let rows: [Row]

    init(_ profile: CallProfile) {
        self.profile = profile
        var start = 0.0
        rows = CallProfile.Stage.allCases.map { stage in
            let share = profile.share(of: stage)
            defer { start += share }
            let (name, side) = Self.title(of: stage)
            return Row(
                stage: stage, name: name, side: side, p50: profile.percentile(50, of: stage).microseconds,
                p99: profile.percentile(99, of: stage).microseconds, share: share, start: start)
        }
    }

    private static func title(of stage: CallProfile.Stage) -> (String, Side) {
        switch stage {
        case .encode: ("encode the arguments", .host)
        case .ring: ("into the ring, ring the bell", .between)
        case .wakeUp: ("the worker wakes up", .between)
        case .decode: ("decode into objects", .worker)
        case .python: ("the function", .worker)
        case .encodeResult: ("encode the result", .worker)
        case .back: ("back through the ring", .between)
        case .resume: ("the task goes on", .host)
        case .decodeResult: ("decode the result", .host)
        }
    }

    // MARK: Terminal

    private static let width = 40

    var text: String {
        let title = "\(profile.target), \(profile.calls.count) calls, µs"
        var lines = [title, "", line("step", "p50", "p99", "share", "where the time goes")]
        lines += rows.map { row in
            line(
                row.name, Self.digits(row.p50), Self.digits(row.p99), "\(Int((row.share * 100).rounded())) %", bar(row))
        }
        lines.append(
            line(
                "the whole call", Self.digits(profile.percentileOfTotal(50).microseconds),
                Self.digits(profile.percentileOfTotal(99).microseconds), "100 %", ""))
        let key = Side.allCases.map { "\(Self.block(of: $0)) \($0.rawValue)" }.joined(separator: "   ")
        return (lines + ["", key]).joined(separator: "\n")
    }

    private func line(_ name: String, _ p50: String, _ p99: String, _ share: String, _ bar: String) -> String {
        let columns = [
            Self.pad(name, 30), Self.pad(p50, 9, right: true), Self.pad(p99, 9, right: true),
            Self.pad(share, 6, right: true), " " + bar,
        ]
        let line = columns.joined(separator: " ")
        return String(line.reversed().drop { $0 == " " }.reversed())
    }

    private func bar(_ row: Row) -> String {
        let begin = Int((row.start * Double(Self.width)).rounded())
        let end = Int(((row.start + row.share) * Double(Self.width)).rounded())
        // A step that took anything at all is seen.
        let length = max(end - begin, row.share > 0 ? 1 : 0)
        return String(repeating: " ", count: min(begin, Self.width - 1))
            + String(repeating: Self.block(of: row.side), count: length)
    }

    private static func block(of side: Side) -> String {
        switch side {
        case .host: "█"
        case .between: "░"
        case .worker: "▓"
        }
    }

    private static func pad(_ text: String, _ width: Int, right: Bool = false) -> String {
        let space = String(repeating: " ", count: max(0, width - text.count))
        return right ? space + text : text + space
    }

    private static func digits(_ value: Double) -> String {
        String(format: value < 100 ? "%.2f" : "%.0f", value)
    }

    // MARK: Files

    /// The durations in microseconds.
    var json: PythonValue {
        [
            "target": .string(profile.target), "count": .int(profile.calls.count),
            "total": [
                "p50": .float(profile.percentileOfTotal(50).microseconds),
                "p99": .float(profile.percentileOfTotal(99).microseconds),
            ],
            "stages": .list(
                rows.map { row in
                    [
                        "name": .string(row.stage.rawValue), "p50": .float(row.p50), "p99": .float(row.p99),
                        "share": .float(row.share),
                    ]
                }),
        ]
    }

    /// Three floors: the call, the sides, the steps. Wide enough steps carry their name, all of them say it when pointed at.
    var svg: String {
        let (width, floor, left, top) = (1000.0, 38.0, 20.0, 74.0)
        var parts: [String] = []
        func box(_ start: Double, _ share: Double, _ level: Int, _ color: String, _ name: String, _ detail: String) {
            let (x, w) = (left + start * width, max(share * width, 0.5))
            let y = top + Double(level) * (floor + 3)
            let label = w > 7.2 * Double(name.count) + 12 ? name : ""
            parts.append(
                """
                <g><title>\(Self.escape("\(name): \(detail)"))</title>\
                <rect x="\(Self.digits(x))" y="\(Self.digits(y))" width="\(Self.digits(w))" height="\(floor)" rx="3" fill="\(color)"/>\
                <text x="\(Self.digits(x + 8))" y="\(Self.digits(y + 24))" fill="#fff">\(Self.escape(label))</text></g>
                """)
        }
        let total = Self.digits(profile.percentileOfTotal(50).microseconds)
        box(0, 1, 0, "#3d4450", "the whole call", "\(total) µs (p50)")
        var first = rows.startIndex
        while first < rows.endIndex {
            let last = rows[first...].firstIndex { $0.side != rows[first].side } ?? rows.endIndex
            let share = rows[first..<last].reduce(0) { $0 + $1.share }
            box(rows[first].start, share, 1, rows[first].side.color, rows[first].side.rawValue, Self.percent(share))
            first = last
        }
        for row in rows where row.share > 0 {
            box(
                row.start, row.share, 2, row.side.color, row.name,
                "\(Self.digits(row.p50)) µs (p50), \(Self.percent(row.share))")
        }
        let height = top + 3 * (floor + 3) + 20
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Int(width + 2 * left)) \(Int(height))" \
            font-family="system-ui, 'DejaVu Sans', sans-serif" font-size="13">
            <rect width="100%" height="100%" fill="#fff"/>
            <text x="\(Int(left))" y="32" font-size="19" font-weight="700" fill="#1f2328">\(Self.escape(profile.target))</text>
            <text x="\(Int(left))" y="55" fill="#6b7280">\(profile.calls.count) calls, \(total) µs each (p50). \
            Widths are shares of the time of all.</text>
            \(parts.joined(separator: "\n"))
            </svg>

            """
    }

    private static func percent(_ share: Double) -> String { String(format: "%.1f %%", share * 100) }

    private static func escape(_ text: String) -> String {
        text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
            .replacingOccurrences(of: ">", with: "&gt;")
    }
}

extension Duration {
    /// Microseconds, with fractions.
    fileprivate var microseconds: Double { self / .microseconds(1) }
}
