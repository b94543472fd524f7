package import Marshalling

/// Which means of the kernel serve an isolation: the strongest that are there. A pure decision.
package struct IsolationPlan: Sendable, Hashable {
    /// What each worker is told; nil when nothing confines it.
    package var confinement: Confinement?
    package var report: PythonPool.IsolationReport

    /// - Parameters:
    ///   - pool: its name, for messages.
    ///   - memoryProblem: why no control group can limit memory; nil when one does.
    ///   - workingFolder: the host's.
    ///   - temporaryFolder: where workers get folders of their own.
    /// - Throws: ``PythonPoolError/environment(problem:remedy:)`` when a required protection is not to be had.
    package init(
        _ isolation: PythonPool.Isolation, pool: String, kernel: KernelProtections, memoryProblem: String?,
        workingFolder: String, temporaryFolder: String
    ) throws(PythonPoolError) {
        var report = PythonPool.IsolationReport()
        if let memoryProblem {
            report.missing[.memory] = memoryProblem
        } else {
            report.applied[.memory] = "a control group for each worker"
        }
        if isolation.confines {
            confinement = Self.confinement(isolation, kernel, workingFolder, temporaryFolder, &report)
        }
        self.report = report
        let lacking = isolation.required.filter { report.missing[$0] != nil }.sorted { $0.rawValue < $1.rawValue }
        guard lacking.isEmpty else {
            let reasons = lacking.map { "\($0) (\(report.missing[$0] ?? ""))" }.joined(separator: ", ")
            let names = lacking.map { ".\($0)" }.joined(separator: ", ")
            throw .environment(
                problem: "pool '\(pool)' requires what this machine cannot keep its workers from: \(reasons)",
                remedy:
                    "`dspex doctor` tells how to switch it on; or take \(names) out of Isolation.required, and know that the code is then not kept from it"
            )
        }
    }

    private static func confinement(
        _ isolation: PythonPool.Isolation, _ kernel: KernelProtections, _ workingFolder: String,
        _ temporaryFolder: String, _ report: inout PythonPool.IsolationReport
    ) -> Confinement {
        var confinement = Confinement()
        let landlock = kernel.landlock > 0 ? "Landlock \(kernel.landlock)" : nil
        report.applied[.privileges] = "no new privileges, no capabilities"
        confinement.filters = kernel.filterProblem == nil
        report.note(.systemCalls, "seccomp", kernel.filterProblem)

        if isolation.files != .host {
            report.note(.files, landlock, kernel.landlockProblem)
            confinement.landlock = kernel.landlock
            confinement.hidesFiles = landlock != nil
            confinement.readable = isolation.readable
            confinement.writable = isolation.writable
            switch isolation.files {
            case .scratch(let megabytes):
                confinement.scratch = temporaryFolder
                confinement.scratchBytes = max(1, megabytes) << 20
            case .readOnly: confinement.readable.append(workingFolder)
            case .host: break
            }
        }
        if isolation.network == .none {
            report.note(.network, "seccomp", kernel.filterProblem)
            confinement.network = false
            if kernel.landlock >= 4 { confinement.landlock = kernel.landlock }
        }
        if !isolation.startsProcesses {
            report.note(.processes, "seccomp", kernel.filterProblem)
            confinement.processes = false
        }
        if kernel.landlock >= 6 {
            report.applied[.signals] = landlock
            confinement.landlock = kernel.landlock
            confinement.signals = .landlock
        } else if !isolation.startsProcesses, confinement.filters {
            report.applied[.signals] = "seccomp"
            confinement.signals = .systemCalls
        } else {
            report.missing[.signals] =
                "it takes Landlock 6 of Linux 6.12 (here: \(landlock ?? "none")), or an isolation that starts no processes"
        }
        if confinement.hidesFiles || isolation.network == .none {
            report.note(.namespaces, "mount, network and IPC namespaces", kernel.namespaceProblem)
            if kernel.namespaceProblem == nil {
                confinement.namespaces = isolation.required.contains(.namespaces) ? .needed : .wanted
            }
        }
        return confinement
    }
}

extension PythonPool.IsolationReport {
    fileprivate mutating func note(_ protection: PythonPool.Protection, _ means: String?, _ problem: String?) {
        if let problem { missing[protection] = problem } else { applied[protection] = means }
    }
}
