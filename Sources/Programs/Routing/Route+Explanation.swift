extension Route {
    /// The whole decision as a table for people: where the call runs and why, then every candidate with what its score is made of,
    /// best first.
    ///
    /// ```
    /// Predict runs as native (Programs.Predict): model 'small', at most 120.00 s, confidence 0.50
    /// because Swift scores 70.0, Python 45.0; 'small' is the default model
    ///   native                 70.0  chosen
    ///     start               +50.0  what every candidate begins with
    ///     success rate        +20.0  100 % of the last 12 calls succeeded
    ///   python/general         45.0
    ///     start               +50.0  what every candidate begins with
    ///     complexity           -5.0  the call's complexity is medium
    /// ```
    public var explain: String {
        let path = modulePath.isEmpty ? "" : " (\(modulePath))"
        let hundredths = Int((confidence * 100).rounded())
        let clarity = "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
        var lines = [
            "\(kind) runs as \(self)\(path): model '\(model)', at most \(timeout.inSeconds), confidence \(clarity)",
            "because \(reason)",
        ]
        for candidate in candidates.sorted(by: { $0.score > $1.score }) {
            let mark = candidate.implementation == implementation ? "  chosen" : ""
            lines.append(Self.row("  \(candidate)", candidate.score.points) + mark)
            for contribution in candidate.contributions {
                let points = (contribution.points < 0 ? "" : "+") + contribution.points.points
                lines.append(Self.row("    \(contribution.what)", points) + "  \(contribution.why)")
            }
        }
        return lines.joined(separator: "\n")
    }

    /// A name on the left, a number that ends at column 30.
    private static func row(_ name: String, _ number: String) -> String {
        name + String(repeating: " ", count: max(1, 30 - name.count - number.count)) + number
    }
}
