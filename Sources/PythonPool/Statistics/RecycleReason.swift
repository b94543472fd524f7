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
    /// Fewer workers were needed.
    case idle
}
