import Marshalling
import Synchronization

/// The tools of a pool, and what workers are told of them.
final class ToolRegistry: Sendable {
    private struct State {
        var tools: [String: PythonTool] = [:]
        var version: UInt64 = 0
    }

    /// The upcall that describes all tools.
    private static let describing = "dspex.tools"
    private let state = Mutex(State())

    /// The tools by name.
    var list: [PythonTool] { state.withLock(\.tools).values.sorted { $0.name < $1.name } }

    /// Which set of tools this is; 0 before the first.
    var version: UInt64 { state.withLock(\.version) }

    /// Sets or removes a tool; the tool that had the name.
    func replace(_ name: String, by tool: PythonTool?) -> PythonTool? {
        state.withLock { state in
            defer { state.tools[name] = tool }
            state.version += 1
            return state.tools[name]
        }
    }

    /// Lets workers ask for the tools.
    func answer(through upcalls: Upcalls) {
        upcalls.register(
            Self.describing,
            .value { [weak self] _ in try WirePayload(PythonValue.list(self?.list.map(\.value) ?? [])) })
    }

    /// The upcall by which a tool is called.
    static func upcall(of tool: String) -> String { "tool:\(tool)" }
}
