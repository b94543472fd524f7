extension Duration {
    /// `1.25 s`
    package var inSeconds: String {
        // Beyond a hundred million years the hundredths no longer fit into an Int.
        let limit = 4e17
        let exact = (self / .milliseconds(10)).rounded()
        let hundredths = Int(min(max(exact, -limit), limit))
        let (whole, rest) = hundredths.magnitude.quotientAndRemainder(dividingBy: 100)
        return "\(hundredths < 0 ? "-" : "")\(whole).\(rest < 10 ? "0" : "")\(rest) s"
    }
}
