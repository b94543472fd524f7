/// A closure or a sequence of this process that Python uses by asking for it: what ``PythonValue/hosted(_:)`` holds.
///
/// It is there for Python while a copy of the value exists here, while a call that carries one is out, and for as long as Python keeps an
/// object that was made of it.
public final class PythonHosted: Sendable {
    /// What Python makes of it, which is also the name under which it travels.
    package enum Kind: String, Sendable {
        /// A function.
        case callable
        /// Something that can be iterated.
        case iterator
    }

    package let kind: Kind
    /// Its number in its pool.
    package let id: UInt64
    private let release: @Sendable (UInt64) -> Void

    /// Names something of the host's.
    ///
    /// - Parameter release: called with the id when the last copy is gone, on whatever thread that happens.
    package init(_ kind: Kind, id: UInt64, release: @escaping @Sendable (UInt64) -> Void) {
        self.kind = kind
        self.id = id
        self.release = release
    }

    deinit { release(id) }
}

extension PythonHosted: Hashable {
    /// Whether both are the same closure or sequence.
    public static func == (left: PythonHosted, right: PythonHosted) -> Bool { left === right }

    /// Hashes which one it is.
    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

extension PythonHosted: CustomStringConvertible {
    /// What it is, and its number.
    public var description: String { "\(kind) #\(id) of the host" }
}
