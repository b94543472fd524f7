import Marshalling
import Synchronization

/// The references that one worker has given, and those of them that have been let go and that it does not know of yet.
extension WorkerConnection: WireContext {
    /// So many that were let go are told at once.
    private static let batch = 256

    func reference(id: UInt64, typeName: String) -> PythonReference {
        onReferences(held.wrappingAdd(1, ordering: .relaxed).oldValue == 0 ? .first : .another)
        return PythonReference(id: id, typeName: typeName, worker: pid, generation: generation, origin: origin) {
            [weak self, onReferences] id in
            self?.letGo(id)
            onReferences(.letGo)
        }
    }

    /// Whether a reference is one of this connection's, and not of another pool's worker that has the same generation.
    func gave(_ reference: PythonReference) -> Bool { reference.origin == origin }

    private var origin: ObjectIdentifier { ObjectIdentifier(self) }

    /// Whether Swift holds any.
    var isPinned: Bool { held.load(ordering: .relaxed) > 0 }

    private func letGo(_ id: UInt64) {
        held.wrappingSubtract(1, ordering: .relaxed)
        let isFull = released.withLock { released in
            released.append(id)
            return released.count >= Self.batch
        }
        if isFull { sendReleases() }
    }

    /// Tells the worker which objects nobody refers to any more.
    func sendReleases() {
        let ids = released.withLock { released in
            guard !released.isEmpty else { return [UInt64]() }
            defer { released = [] }
            return released
        }
        guard !ids.isEmpty else { return }
        let payload = ids.flatMap { $0.littleEndianBytes }
        // A channel that fails belongs to a worker that is ending, and the objects with it.
        try? channel.send(Frame(.release, id: 0, payload: payload))
    }
}

/// Holds a worker, as a reference to an object of it does, until a result of it has been read.
final class ResultHold: Sendable {
    private let connection: WorkerConnection

    init(_ connection: WorkerConnection) {
        self.connection = connection
        connection.held.wrappingAdd(1, ordering: .relaxed)
    }

    deinit {
        connection.held.wrappingSubtract(1, ordering: .relaxed)
        connection.onReferences(.resultRead)
    }
}
