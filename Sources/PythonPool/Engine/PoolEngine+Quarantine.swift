import CLinux
import Logging
import Synchronization

/// Calls that kill workers.
extension PoolEngine {
    /// Refuses a call that has killed workers; true when it is one.
    func isQuarantined(_ call: PendingCall) -> Bool {
        let fingerprint = call.fingerprint
        let isRefused = core.withLock { core in
            let isRefused = core.state.refuses(fingerprint, now: clinux_monotonic_ns())
            if core.state.quarantine.isEmpty { hasQuarantine.store(false, ordering: .relaxed) }
            return isRefused
        }
        guard isRefused else { return false }
        call.complete(
            .error(PythonPoolError.quarantined(QuarantinedCall(target: call.target, fingerprint: fingerprint))))
        return true
    }

    /// Saves what reproduces the call, and fails it.
    func quarantine(_ casualty: Casualty, _ death: WorkerDeath) {
        hasQuarantine.store(true, ordering: .relaxed)
        guard let call = core.withLock({ $0.queued.removeValue(forKey: casualty.ticket.id) }) else { return }
        // Off the pool's thread: the arguments may be many megabytes.
        Task { [self] in
            let reproducer = Reproducer(call, death, configuration)
            var place: String?
            do { place = try reproducer.save(in: configuration) } catch {
                logger.error(
                    "what reproduces a call that kills workers could not be saved",
                    metadata: ["pool": "\(configuration.name)", "error": "\(error)"])
            }
            logger.error(
                "a call has killed two workers and is quarantined",
                metadata: [
                    "pool": "\(configuration.name)", "target": "\(call.target)", "cause": "\(death.cause)",
                    "reproducer": "\(place ?? "not saved")",
                ])
            call.complete(
                .error(
                    PythonPoolError.quarantined(
                        QuarantinedCall(
                            target: call.target, fingerprint: casualty.fingerprint, death: death, reproducer: place))))
        }
    }
}
