import FlyingSocks
import Foundation
import Synchronization

/// A server for tests whose handler holds the raw connection, so that it can misbehave in every way a real one does.
public final class LoopbackServer: Sendable {
    /// Where the server listens, without a slash at the end.
    public let url: String
    /// The path of its socket when it listens on one.
    public let unixSocket: String?
    private let connectionCount = Mutex(0)

    private init(url: String, unixSocket: String?) {
        self.url = url
        self.unixSocket = unixSocket
    }

    /// How many connections were accepted so far.
    public var connections: Int { connectionCount.withLock { $0 } }

    /// Runs a body beside a server that gives each connection to the handler and closes it when the handler is done. Both are over
    /// when this returns.
    public static func with<Result: Sendable>(
        unix: Bool = false, _ handler: @escaping @Sendable (LoopbackConnection) async throws -> Void,
        _ body: @Sendable (LoopbackServer) async throws -> Result
    ) async throws -> Result {
        signal(SIGPIPE, SIG_IGN)
        let path = unix ? NSTemporaryDirectory() + "loopback-\(UUID().uuidString.prefix(13)).sock" : nil
        defer { if let path { unlink(path) } }
        let pool: some AsyncSocketPool = .make()
        try await pool.prepare()
        let socket: Socket
        if let path {
            socket = try Socket(domain: AF_UNIX, type: .stream)
            try socket.bind(to: .unix(path: path))
        } else {
            socket = try Socket(domain: AF_INET, type: .stream)
            try socket.bind(to: .inet(ip4: "127.0.0.1", port: 0))
        }
        try socket.listen()
        let server: LoopbackServer
        if case .ip4(_, let port) = try socket.sockname() {
            server = LoopbackServer(url: "http://127.0.0.1:\(port)", unixSocket: nil)
        } else {
            server = LoopbackServer(url: "http://localhost", unixSocket: path)
        }
        let listener = try AsyncSocket(socket: socket, pool: pool)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await pool.run() }
            group.addTask {
                try await withThrowingDiscardingTaskGroup { connections in
                    while true {
                        let socket = try await listener.accept()
                        server.connectionCount.withLock { $0 += 1 }
                        connections.addTask {
                            defer { try? socket.close() }
                            try? await handler(LoopbackConnection(socket))
                        }
                    }
                }
            }
            defer {
                group.cancelAll()
                try? socket.close()
            }
            return try await body(server)
        }
    }
}
