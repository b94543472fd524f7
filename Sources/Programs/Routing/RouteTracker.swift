internal import Synchronization

/// Remembers how the last hundred calls of every program went, on either side.
///
/// One lock guards it all: recording and asking take less than a microsecond, from any thread.
public final class RouteTracker: Sendable {
    private struct History {
        var native = OutcomeRing()
        var python = OutcomeRing()

        subscript(implementation: Route.Implementation) -> OutcomeRing {
            get {
                switch implementation {
                case .native: native
                case .python: python
                }
            }
            _modify {
                switch implementation {
                case .native: yield &native
                case .python: yield &python
                }
            }
        }
    }

    private let histories = Mutex<[ProgramKind: History]>([:])

    /// Makes a tracker that remembers nothing.
    public init() {}

    /// Remembers an outcome.
    public func record(_ outcome: RouteOutcome) {
        histories.withLock {
            $0[outcome.kind, default: History()][outcome.implementation].append(
                outcome.duration, succeeded: outcome.succeeded)
        }
    }

    /// How the last calls went.
    public func record(of kind: ProgramKind, by implementation: Route.Implementation) -> RouteRecord {
        histories.withLock { $0[kind]?[implementation].record ?? RouteRecord() }
    }

    /// What 95 of 100 successes take at most; nil while fewer than ``RouteRecord/minimumSample`` are known.
    public func percentile95(of kind: ProgramKind, by implementation: Route.Implementation) -> Duration? {
        histories.withLock { $0[kind]?[implementation].percentile95() }
    }

    /// Both sides at once, as a decision needs them.
    func records(of kind: ProgramKind) -> (native: RouteRecord, python: RouteRecord) {
        histories.withLock { histories in
            guard let history = histories[kind] else { return (RouteRecord(), RouteRecord()) }
            return (history.native.record, history.python.record)
        }
    }
}
