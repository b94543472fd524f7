import CLinux
import Marshalling
import Synchronization

/// Objects that stay in their workers, and who goes to them.
extension PoolEngine {
    /// The one worker that holds all of these, as its generation.
    ///
    /// - Parameter asked: the worker that the call goes to for another reason, a lease or its own wish.
    /// - Throws: ``PythonPoolError/referenceLost(typeName:worker:)``, ``PythonPoolError/referencesOfSeveralWorkers(_:_:)``.
    func holder(of references: [PythonReference], beside asked: Int?) throws(PythonPoolError) -> Int? {
        let connections = core.withLock(\.connections)
        var holder = asked
        for reference in references {
            guard let connection = connections[reference.generation], connection.gave(reference) else {
                throw .referenceLost(typeName: reference.typeName, worker: reference.worker)
            }
            if let other = holder, other != reference.generation {
                throw .referencesOfSeveralWorkers(connections[other]?.pid ?? 0, reference.worker)
            }
            holder = reference.generation
        }
        return holder
    }

    /// Counts the references of a worker, and sees to it that the pool knows of the first one, and the worker, in the next few
    /// milliseconds, of all that were let go meanwhile.
    ///
    /// What it returns is called wherever a reference begins or ends, under whatever lock: it takes none itself.
    func referenceCounter(_ reactor: Reactor) -> @Sendable (WorkerConnection.ReferenceEvent) -> Void {
        { [references] event in
            switch event {
            case .first:
                references.count.wrappingAdd(1, ordering: .relaxed)
                reactor.wake(by: 1)
            case .another: references.count.wrappingAdd(1, ordering: .relaxed)
            case .letGo:
                references.count.wrappingSubtract(1, ordering: .relaxed)
                reactor.wake(by: clinux_monotonic_ns() + Self.releaseDelay)
            case .resultRead: reactor.wake(by: 1)
            }
        }
    }

    /// How long the worker may keep an object that nobody refers to any more, in ns, unless a call goes there before.
    private static let releaseDelay: UInt64 = 5_000_000

    /// Tells workers what has been let go.
    func sendReleases() {
        for connection in core.withLock({ Array($0.connections.values) }) { connection.sendReleases() }
    }

    /// Tells the state which workers Swift holds objects of.
    static func pins(in core: inout Core, now: UInt64) -> [PoolState.Action] {
        var actions: [PoolState.Action] = []
        for (generation, connection) in core.connections {
            actions += core.state.pinned(generation, connection.isPinned, now: now)
        }
        return actions
    }
}

/// How many references Swift holds to objects in a pool's workers.
final class ReferenceCount: Sendable {
    let count = Atomic(0)
}
