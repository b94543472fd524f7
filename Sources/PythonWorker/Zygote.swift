import CLinux
import Marshalling
import PythonRuntime

/// The process that imports a pool's packages once and then only forks.
///
/// It has one thread, whenever it forks; it adopts and reaps whatever its workers leave behind, and takes all of it with it when its
/// host goes away.
public enum Zygote {
    /// Serves the host at descriptor 3 until the host goes away.
    public static func run() -> Never {
        guard clinux_set_cloexec(ZygoteMessage.socket, true) == 0 else {
            complain(
                "dspex-worker is started by a PythonPool, which hands it a socket as descriptor 3. It is no program of its own."
            )
            clinux_exit(2)
        }
        Keeper.stay()
        _ = clinux_become_subreaper()
        let children = clinux_child_signal_fd()
        var state = State(children: children, keeper: clinux_getppid())
        do {
            guard try state.start() else { clinux_exit(1) }
            while try state.step() {}
        } catch let error as ChannelError where error == .peerGone {
            // The host ended while it was being told something: as good as the end of its socket.
        } catch {
            complain("dspex-worker: \(error)")
        }
        clinux_kill_descendants()
        for worker in state.workers.values { if let folder = worker.folder { removeScratchFolder(folder) } }
        clinux_exit(0)
    }

    private struct State {
        let children: Int32
        let keeper: Int32
        var workers: [Int32: (generation: Int, folder: String?)] = [:]

        init(children: Int32, keeper: Int32) {
            self.children = children
            self.keeper = keeper
        }

        /// Starts the interpreter as the host's first message says; false when that failed, and the host was told.
        func start() throws -> Bool {
            guard
                case .start(let executable, let paths, let preload)? = try ZygoteMessage.receive(
                    on: ZygoteMessage.socket, waiting: true)?.message
            else { throw ChannelError("expected the message that starts the interpreter") }
            do {
                try InterpreterStart.start(executable: executable)
                var report = try insidePython { interpreter throws(PythonFailure) in
                    try NativeModule.install(interpreter)
                    try prepend(paths, interpreter)
                    let prepare = try interpreter.module("dspex_worker.zygote").attribute("prepare", interpreter)
                    return try prepare(.list(preload.map { .string($0) }), in: interpreter).value(interpreter).dict
                        ?? [:]
                }
                report["pid"] = .int(Int(clinux_getpid()))
                clinux_collapse_memory()
                try ZygoteMessage.started(report).send(on: ZygoteMessage.socket)
                return true
            } catch let failure as PythonFailure {
                try ZygoteMessage.startFailed(
                    type: failure.type, message: failure.message, traceback: failure.traceback
                ).send(on: ZygoteMessage.socket)
                return false
            }
        }

        private func prepend(_ paths: [String], _ interpreter: borrowing Interpreter) throws(PythonFailure) {
            let path = try interpreter.module("sys").attribute("path", interpreter)
            let insert = try path.attribute("insert", interpreter)
            for folder in paths.reversed() { _ = try insert(0, .string(folder), in: interpreter) }
        }

        /// Serves the next event; false when the host, or the keeper, is gone.
        mutating func step() throws -> Bool {
            let ready = clinux_poll2(ZygoteMessage.socket, children, -1)
            if ready & 2 != 0 { try reap() }
            guard clinux_getppid() == keeper else { return false }
            guard ready & 1 != 0 else { return true }
            guard let (message, descriptors) = try ZygoteMessage.receive(on: ZygoteMessage.socket, waiting: true) else {
                return false
            }
            guard case .fork(let generation, let settings) = message, let worker = WorkerDescriptors(descriptors) else {
                throw ChannelError("expected the message that forks a worker")
            }
            try fork(generation: generation, settings, worker)
            return true
        }

        private mutating func reap() throws {
            clinux_drain_signal_fd(children)
            var status: Int32 = 0
            while case let pid = unsafe clinux_reap(&status), pid > 0 {
                guard let worker = workers.removeValue(forKey: pid) else { continue }
                // What the worker started in its own group ends with it.
                _ = clinux_kill(-pid, 9)
                if let folder = worker.folder { removeScratchFolder(folder) }
                try ZygoteMessage.exited(generation: worker.generation, pid: pid, status: status)
                    .send(on: ZygoteMessage.socket)
            }
        }

        private mutating func fork(
            generation: Int, _ settings: WorkerSettings, _ descriptors: WorkerDescriptors
        ) throws {
            defer { for descriptor in descriptors.all { _ = clinux_close(descriptor) } }
            let threads = clinux_thread_count()
            guard threads == 1 else {
                let reason =
                    "the zygote has \(threads) threads, and only one may be there when it forks: a preloaded module started some"
                return try ZygoteMessage.forkFailed(generation: generation, reason: reason).send(
                    on: ZygoteMessage.socket)
            }
            var folder: String?
            do throws(StartFailure) {
                folder = try settings.confinement?.scratch.map { (place) throws(StartFailure) in
                    try makeScratchFolder(in: place)
                }
            } catch {
                return try ZygoteMessage.forkFailed(generation: generation, reason: "\(error.problem); \(error.remedy)")
                    .send(on: ZygoteMessage.socket)
            }
            let zygote = clinux_getpid()
            let pid = InterpreterStart.fork { clinux_fork() }
            if pid == 0 { Worker.run(descriptors, settings, folder: folder, zygote: zygote) }
            guard pid > 0 else {
                if let folder { removeScratchFolder(folder) }
                return try ZygoteMessage.forkFailed(generation: generation, reason: "fork: \(linuxError(pid))")
                    .send(on: ZygoteMessage.socket)
            }
            workers[pid] = (generation, folder)
            let pidfd = clinux_pidfd_open(pid)
            defer { if pidfd >= 0 { _ = clinux_close(pidfd) } }
            try ZygoteMessage.forked(generation: generation, pid: pid)
                .send(on: ZygoteMessage.socket, descriptors: pidfd >= 0 ? [pidfd] : [])
        }
    }
}

/// Says a line on standard error.
func complain(_ text: String) {
    var line = text + "\n"
    // Sound: the bytes are lent for the duration of the call.
    line.withUTF8 { unsafe clinux_write_error($0.baseAddress, UInt64($0.count)) }
}
