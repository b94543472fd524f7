/// A handle to an object that lives in one worker, because it has no value form: a module, a model, an open file.
///
/// Pass it in a call as ``PythonValue/reference(_:)`` and Python gets the object itself. The worker keeps the object until the last copy of
/// the handle is gone. When the worker ends, the object is lost.
public final class PythonReference: Sendable {
    /// The object's class with its module, as in `sklearn.svm.SVC`; a built-in one by its name alone.
    public let typeName: String
    /// The process id of the worker that holds the object.
    public let worker: Int32
    /// The object's number in its worker.
    package let id: UInt64
    /// The worker's generation in its pool; a process id may come back, a generation does not.
    package let generation: Int
    /// The connection that gave it: generations are counted anew in each pool.
    package let origin: ObjectIdentifier?
    private let release: @Sendable (UInt64) -> Void

    /// Takes over one count of a pinned object.
    ///
    /// - Parameter release: called with the id when the last copy of the handle is gone, on whatever thread that happens.
    package init(
        id: UInt64, typeName: String, worker: Int32, generation: Int, origin: ObjectIdentifier? = nil,
        release: @escaping @Sendable (UInt64) -> Void
    ) {
        self.id = id
        self.typeName = typeName
        self.worker = worker
        self.generation = generation
        self.origin = origin
        self.release = release
    }

    deinit { release(id) }
}

extension PythonReference: Hashable {
    /// Whether both lead to the same object of the same worker.
    public static func == (left: PythonReference, right: PythonReference) -> Bool {
        left.id == right.id && left.generation == right.generation && left.worker == right.worker
    }

    /// Hashes worker and object.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(generation)
        hasher.combine(id)
    }
}

extension PythonReference: CustomStringConvertible {
    /// The class and the worker.
    public var description: String { "reference to \(typeName) #\(id) in worker \(worker)" }
}
