/// Why a worker was replaced although it lived.
public enum RecycleReason: String, Sendable, Hashable, CaseIterable {
    /// It was older than ``PythonPool/Configuration/maximumAge``.
    case age
    /// It had served ``PythonPool/Configuration/maximumCalls``.
    case calls
    /// It needed more private memory than the soft limit.
    case memory
    /// ``PythonPool/rollingRestart()`` was asked for.
    case restart
    /// ``PythonPool/refreshZygote()`` was asked for.
    case refresh
    /// Sources had changed (``PythonPool/Configuration/refreshesWhenSourcesChange``).
    case sources
    /// Fewer workers were needed.
    case idle

    /// Whether a worker stays as long as Swift holds references to objects in it; what somebody asked for is done all the same.
    var sparesReferences: Bool {
        switch self {
        case .age, .calls, .memory, .idle, .sources: true
        case .restart, .refresh: false
        }
    }

    /// Whether it goes on serving calls for as long as it stays; if not, its replacement does, and it is there for its objects alone.
    var waitsForReferences: Bool {
        switch self {
        case .age, .calls, .memory: true
        case .restart, .refresh, .sources, .idle: false
        }
    }
}
