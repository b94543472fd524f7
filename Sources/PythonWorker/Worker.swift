import CLinux
import CPython
import Marshalling
import PythonRuntime
import Synchronization

/// A child of the zygote: serves calls, one at a time, in an interpreter that was warm when it was born.
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
            let slot = PyThread_get_thread_ident()
            let switchboard = Switchboard(Channel(memory, side: .worker, descriptors: descriptors.channel)) { call in
                withInterpreter { _ in
                    // Under the interpreter lock the slot can neither begin nor end a call.
                    if unsafe Worker.switchboard?.current == call { NativeModule.throwCancelled(into: slot) }
                }
            }
            unsafe Self.switchboard = switchboard
            try insidePython { interpreter in
                let faulthandler = try interpreter.module("faulthandler").attribute("enable", interpreter)
                _ = try faulthandler(.int(Int(descriptors.crashText)), true, in: interpreter)
                let lacking = try WorkerSetup.apply(settings, folder: folder, interpreter)
                _ = try interpreter.module("dspex_worker.worker").attribute("start", interpreter)(in: interpreter)
                try startWatcher(switchboard)
                let notice = lacking.map { try? PythonValue.string($0).wireForm() } ?? []
                try switchboard.channel.send(Frame(.ready, payload: notice ?? []))
                try serve(switchboard, slot: slot, interpreter)
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

    private static func startWatcher(_ switchboard: Switchboard) throws {
        let context = unsafe Unmanaged.passRetained(switchboard)
        var thread: UInt64 = 0
        // Sound: the retained reference is the thread's, which lives as long as the process.
        let started = unsafe clinux_thread_start(
            { unsafe Unmanaged<Switchboard>.fromOpaque($0!).takeUnretainedValue().watch() }, context.toOpaque(), &thread
        )
        guard started == 0 else { throw ChannelError("starting the watcher: \(linuxError(started))") }
    }

    private static func serve(_ switchboard: Switchboard, slot: UInt, _ interpreter: borrowing Interpreter) throws {
        var answer = WireEncoder(capacity: 4096)
        while true {
            let call = interpreter.released { switchboard.nextCall() }
            answer.reset()
            let kind = execute(call, on: switchboard, slot: slot, into: &answer, interpreter)
            try unsafe answer.withBytes { (bytes) throws(ChannelError) in
                unsafe try switchboard.channel.send(kind, id: call.id, payload: bytes)
            }
        }
    }

    private static func execute(
        _ call: Frame, on switchboard: Switchboard, slot: UInt, into answer: inout WireEncoder,
        _ interpreter: borrowing Interpreter
    ) -> Frame.Kind {
        var failure: PythonFailure
        do {
            guard switchboard.begin(call.id) else { throw NativeModule.cancelledFailure }
            defer {
                switchboard.end()
                // An interrupt that came as the call was ending must not hit the next one.
                _ = PyThreadState_SetAsyncExc(slot, nil)
            }
            try Call.perform(call.payload, into: &answer, interpreter)
            return .result
        } catch let error as PythonFailure {
            failure = error
        } catch let error as WireError {
            failure = PythonFailure(wire: error)
        } catch {
            failure = PythonFailure(type: "SystemError", message: "\(error)")
        }
        answer.reset()
        do { try answer.value(failure.value) } catch {
            // A traceback or detail too large or too deep to travel: the names do.
            answer.reset()
            failure = PythonFailure(type: failure.type, message: String(failure.message.prefix(4096)))
            try? answer.value(failure.value)
        }
        return .failure
    }
}
