/// A Python path of `pathlib`.
public struct PythonPath: PythonValueConvertible {
    /// Which of the classes that can be made on Linux.
    public enum Kind: String, Sendable {
        /// `Path`, which can look at files.
        case posix = "PosixPath"
        /// `PurePosixPath`
        case purePosix = "PurePosixPath"
        /// `PureWindowsPath`
        case pureWindows = "PureWindowsPath"
    }

    /// The class.
    public var kind: Kind
    /// The path as `str()` gives it.
    public var path: String

    /// Makes a path.
    public init(_ path: String, kind: Kind = .posix) {
        (self.path, self.kind) = (path, kind)
    }

    /// Reads a path; nil for any other value, and for a path whose bytes are no UTF-8.
    public init?(_ value: PythonValue) {
        guard let parts = value.payload(of: "Path")?.elements, parts.count == 2,
            let kind = parts[0].string.flatMap(Kind.init), let path = parts[1].string
        else { return nil }
        self.init(path, kind: kind)
    }

    /// The path.
    public var pythonValue: PythonValue {
        .extended(name: "Path", payload: .tuple([.string(kind.rawValue), .string(path)]))
    }
}
