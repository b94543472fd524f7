/// Names of calls, as W3C's trace context has them: sixteen bytes in lower-case hexadecimal, not all zero.
public enum TraceID {
    /// A new one.
    public static func random() -> String {
        func half() -> String {
            let digits = String(UInt64.random(in: 1 ... .max), radix: 16)
            return String(repeating: "0", count: 16 - digits.utf8.count) + digits
        }
        return half() + half()
    }
}
