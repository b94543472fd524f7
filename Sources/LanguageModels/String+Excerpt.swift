extension String {
    /// The beginning of a text that came from outside, in quotes, for a message: bounded, and on one line.
    var excerpt: String {
        let limit = 200
        let start = String(unicodeScalars.prefix(limit)).debugDescription
        return unicodeScalars.count > limit ? start + "…" : start
    }
}
