import CLinux
import Marshalling
import PythonRuntime

/// A child of the zygote: serves calls in an interpreter that was warm when it was born.
enum Worker {
    /// The worker of this process; nil in the zygote.
    // Sound: set once, right after the fork, while the process has one thread.
    nonisolated(unsafe) private(set) static var switchboard: Switchboard?

    /// Runs as the child that has just been forked, to the end of the process.
    ///
    /// - Parameter folder: its own folder, which the zygote removes when it has ended.
    static func run(
        _ descriptors: WorkerDescriptors, _ settings: WorkerSettings, folder: String?, zygote: Int32
    ) -> Never {
        clinux_die_with_parent(zygote)
        _ = clinux_own_process_group()
        clinux_reset_signals()
        unsafe clinux_close_others(descriptors.all, Int32(descriptors.all.count))
        do {
            let memory = try SharedMemory(adopting: descriptors.channel.memory, minimumSize: RingLayout.size)
            let switchboard = Switchboard(
                Channel(memory, side: .worker, descriptors: descriptors.channel, spin: settings.spin),
                slots: settings.slots,
                startSlot: { startThread(serveInThread) }, interruptCall: interrupt, release: release)
            unsafe Self.switchboard = switchboard
            try insidePython { interpreter in
                let faulthandler = try interpreter.module("faulthandler").attribute("enable", interpreter)
                _ = try faulthandler(.int(Int(descriptors.crashText)), true, in: interpreter)
                let lacking = try WorkerSetup.apply(settings, folder: folder, interpreter)
                let worker = try interpreter.module("dspex_worker.worker")
                _ = try worker.attribute("connect", interpreter)(in: interpreter)
                _ = try worker.attribute("start", interpreter)(in: interpreter)
                try WorkerSetup.register(settings.converters, interpreter)
                try RequestHooks.set(settings, interpreter)
                try CallContext.begin(interpreter)
                startThread { unsafe Worker.switchboard?.watch() }
                let notice = lacking.map { try? PythonValue.string($0).wireForm() } ?? []
                try switchboard.channel.send(Frame(.ready, payload: notice ?? []))
                var slot = Slot(on: switchboard)
                try slot.serve(interpreter)
            }
        } catch let failure as PythonFailure {
            StartFailure(
                problem: "a worker could not start: \(failure.type): \(failure.message)",
                remedy: "see its traceback on standard error; `dspex doctor` checks packages and limits"
            ).write(to: descriptors.crashText)
            complain(
                "dspex-worker \(clinux_getpid()) could not start: \(failure.type): \(failure.message)\n\(failure.traceback)"
            )
        } catch let failure as StartFailure {
            failure.write(to: descriptors.crashText)
        } catch {
            complain("dspex-worker \(clinux_getpid()): \(error)")
        }
        clinux_exit(1)
    }

    /// This process is a fork that Python code has made: the channel is its parent's.
    static func leave() { unsafe switchboard = nil }

    /// A slot beyond the first.
    private static func serveInThread() {
        guard let switchboard = unsafe switchboard else { return }
        do {
            try withInterpreter { interpreter in
                var slot = Slot(on: switchboard)
                try slot.serve(interpreter)
            }
        } catch { switchboard.leave("\(error)") }
    }

    private static func interrupt(_ call: UInt64) {
        withInterpreter { _ in
            if let switchboard = unsafe switchboard { NativeModule.interrupt(call, on: switchboard) }
        }
    }

    private static func release(_ references: [UInt64]) {
        withInterpreter { _ in References.release(references) }
    }

    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    private static func startThread(_ run: @escaping @Sendable () -> Void) {
        var thread: UInt64 = 0
        // Sound: the retained body is the thread's, which takes it over.
        let started = unsafe clinux_thread_start(
            { unsafe Unmanaged<Body>.fromOpaque($0!).takeRetainedValue().run() },
            Unmanaged.passRetained(Body(run)).toOpaque(), &thread)
        guard started == 0 else {
            complain("dspex-worker \(clinux_getpid()): starting a thread: \(linuxError(started))")
            clinux_exit(70)
        }
    }
}
