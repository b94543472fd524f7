import Synchronization

/// An object that occurs more than once in a value, or in itself: Python gets, and has sent, *one* object.
///
/// Whoever reads a ``PythonValue`` need not care: its accessors, `==` and subscripts look through ``PythonValue/shared(_:)``. To send one
/// object in several places, put the same `PythonShared` there:
///
/// ```swift
/// let row = PythonShared(["id": 1])
/// let value: PythonValue = [.shared(row), .shared(row)]   // value[0] is value[1]
/// ```
///
/// Two are equal when they are the same object, as with Python's `is`. The place inside a cycle that leads back does not keep the object
/// alive, so nothing leaks; take a part out of a cycle, drop the whole, and ``value`` is nil there.
public struct PythonShared: Sendable {
    private let link: Link

    private enum Link: Sendable {
        case owning(Storage)
        case back(WeakStorage)
    }

    /// Shares a value. Sharing what is shared already gives the same object.
    public init(_ value: PythonValue) {
        if case .shared(let known) = value {
            self = known
        } else {
            self.init(Storage(value))
        }
    }

    /// Makes a value that contains itself.
    ///
    /// ```swift
    /// let loop = PythonShared { itself in ["name": "root", "parent": .shared(itself)] }
    /// ```
    ///
    /// - Parameter make: gets the object to put into its own content. A content that is nothing but the object itself becomes `None`.
    public init(cyclic make: (PythonShared) -> PythonValue) {
        let storage = Storage()
        let content = make(PythonShared(backTo: storage))
        if case .shared(let other) = content {
            if let inner = other.storage, inner !== storage {
                self.init(inner)
            } else {
                self.init(Storage(PythonValue.none))
            }
        } else {
            storage.fill(content, height: 0)
            self.init(storage)
        }
    }

    package init(_ storage: Storage) { link = .owning(storage) }

    package init(backTo storage: Storage) { link = .back(WeakStorage(storage)) }

    /// The object, never itself a ``PythonValue/shared(_:)``; nil when this leads back to something that is gone.
    public var value: PythonValue? { storage?.value }

    /// The one object behind all that share it; nil when it is gone.
    package var storage: Storage? {
        switch link {
        case .owning(let storage): storage
        case .back(let weak): weak.storage
        }
    }
}

extension PythonShared {
    /// Holds the object. It is filled once: where a cycle is made, after the places that lead back to it.
    @usableFromInline package final class Storage: Sendable {
        private let content: Mutex<(value: PythonValue?, height: Int)>

        package init(_ value: PythonValue? = nil) { content = Mutex((value, 0)) }

        package func fill(_ value: PythonValue, height: Int) {
            content.withLock { $0 = (value, height) }
        }

        /// The object; nil until it is filled.
        package var value: PythonValue? { content.withLock(\.value) }

        /// How many containers its content nests, as far as the decoder has read it; nil until it is filled.
        package var height: Int? { content.withLock { $0.value == nil ? nil : $0.height } }
    }

    private final class WeakStorage: Sendable {
        weak let storage: Storage?
        init(_ storage: Storage) { self.storage = storage }
    }
}

extension PythonShared.Storage: Hashable {
    @usableFromInline
    package static func == (left: PythonShared.Storage, right: PythonShared.Storage) -> Bool { left === right }

    @usableFromInline
    package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

extension PythonShared: Hashable {
    /// Whether both are the same object.
    public static func == (left: PythonShared, right: PythonShared) -> Bool { left.storage === right.storage }

    /// Hashes which object it is.
    public func hash(into hasher: inout Hasher) { hasher.combine(storage.map(ObjectIdentifier.init)) }
}

extension PythonShared: CustomStringConvertible {
    /// What kind of object is shared; not its content, which may contain itself.
    public var description: String { "shared \(value?.typeName ?? "object that is gone")" }
}
