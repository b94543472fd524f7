import DSPex

/// One thing that was looked at.
struct DoctorCheck: Sendable, Hashable {
    enum Status: String, Sendable {
        /// As it should be.
        case ok
        /// Works, but not as well as it could.
        case warning
        /// Needed, and not there.
        case missing
    }

    var name: String
    var status: Status
    /// What is there, or what is wrong with it.
    var found: String
    /// The command that mends it; nil when nothing is to be mended.
    var remedy: String?

    static func ok(_ name: String, _ found: String) -> Self { .init(name: name, status: .ok, found: found) }
    static func warning(_ name: String, _ found: String, remedy: String) -> Self {
        .init(name: name, status: .warning, found: found, remedy: remedy)
    }
    static func missing(_ name: String, _ found: String, remedy: String) -> Self {
        .init(name: name, status: .missing, found: found, remedy: remedy)
    }
}

extension DoctorCheck {
    /// The check in the JSON of `dspex doctor --json`.
    var json: PythonValue {
        [
            "name": .string(name), "status": .string(status.rawValue), "found": .string(found),
            "remedy": remedy.map(PythonValue.string) ?? .none,
        ]
    }

    /// All checks for a person, in columns, and a last line that sums them up.
    static func report(_ checks: [DoctorCheck]) -> String {
        let width = checks.map(\.name.count).max() ?? 0
        var lines: [String] = []
        for check in checks {
            let mark =
                switch check.status {
                case .ok: "✓"
                case .warning: "!"
                case .missing: "✗"
                }
            lines.append("\(mark) \(check.name.padding(to: width))  \(check.found)")
            if let remedy = check.remedy { lines.append("  \("".padding(to: width))  mend it with:  \(remedy)") }
        }
        let missing = checks.count { $0.status == .missing }
        let warnings = checks.count { $0.status == .warning }
        let verdict = missing == 0 ? "Everything that is needed is there." : "\(missing) missing."
        lines.append(verdict + (warnings == 0 ? "" : " \(warnings) to look at."))
        return lines.joined(separator: "\n")
    }
}
