import Foundation
import Marshalling
import Synchronization

/// What a pool gives each worker on its way: settings, a device, a control group. A value; who holds it makes and removes the groups.
struct WorkerProvision: Sendable {
    /// The group that limits one worker.
    struct Group: Sendable, Equatable {
        var folder: String
        var memoryBytes: Int
        var processes: Int?
    }

    private(set) var report: PythonPool.IsolationReport
    /// Why workers that are to use a GPU do without; nil when they do not.
    let gpuProblem: String?
    private let common: WorkerSettings
    private let memoryBytes: Int
    private let processes: Int?
    /// What the names of groups begin with; nil when there are none.
    private let groupPrefix: String?
    /// The groups of workers that live.
    private var living: [Int: String] = [:]
    /// The groups of workers that have ended, until they are removed.
    private var ended: [String] = []
    private var gpus: GPUAssignment

    /// - Throws: ``PythonPoolError/environment(problem:remedy:)`` when the machine lacks a protection that is required.
    init(_ configuration: PythonPool.Configuration, _ machine: HostFacilities) throws(PythonPoolError) {
        var isolation = configuration.isolation
        let devices = configuration.gpu ? machine.gpus : .none
        gpus = GPUAssignment(devices.names)
        gpuProblem =
            configuration.gpu && devices.names.isEmpty
            ? "no CUDA device is to be seen (/dev/nvidia0, CUDA_VISIBLE_DEVICES)" : nil
        isolation.writable += devices.files

        var memoryProblem: String?
        switch machine.groups {
        case .success(let found):
            let pool = configuration.name.map { $0.isLetter || $0.isNumber ? $0 : "-" }
            groupPrefix = Self.unique(
                "\(found.folder)/dspex-\(ProcessInfo.processInfo.processIdentifier)-\(String(pool))-")
        case .failure(let reason):
            groupPrefix = nil
            memoryProblem = "no control group: \(reason)"
        }
        let plan = try IsolationPlan(
            isolation, pool: configuration.name, kernel: machine.kernel, memoryProblem: memoryProblem,
            workingFolder: machine.workingFolder, temporaryFolder: machine.temporaryFolder)
        report = plan.report

        var settings = WorkerSettings()
        settings.slots = configuration.concurrency.slots
        settings.beforeRequest = configuration.hooks.beforeRequest
        settings.afterRequest = configuration.hooks.afterRequest
        settings.converters = configuration.converters
        settings.spin = configuration.waitStrategy.spin
        settings.niceness = configuration.niceness
        settings.cores = configuration.cores.sorted()
        settings.confinement = plan.confinement
        let limits = isolation.limits
        settings.limits[.addressSpace] = limits.addressSpaceMB.map { $0 << 20 }
        settings.limits[.openFiles] = limits.openFiles
        // A group counts the worker's own; the kernel's limit counts the user's, and is the second choice.
        settings.limits[.processes] = groupPrefix == nil ? limits.processes : nil
        settings.limits[.fileSize] = limits.fileSizeMB.map { $0 << 20 }
        settings.limits[.cpuSeconds] = limits.cpuSeconds
        common = settings
        memoryBytes = max(1, configuration.memoryMB) << 20
        processes = limits.processes
    }

    /// How many pools of this process have had groups of one name.
    private static let namesakes = Mutex<[String: Int]>([:])

    /// Two pools of one name must not share a group: each would limit and end the other's workers.
    private static func unique(_ prefix: String) -> String {
        let count = namesakes.withLock { known in
            known[prefix, default: 0] += 1
            return known[prefix]!
        }
        return count == 1 ? prefix : "\(prefix)\(count)-"
    }

    /// What a new worker is told, and the group that is to be made for it.
    mutating func settings(for generation: Int) -> (WorkerSettings, Group?) {
        var settings = common
        settings.variables = gpus.assign(generation)
        let group = groupPrefix.map {
            Group(folder: $0 + "\(generation)", memoryBytes: memoryBytes, processes: processes)
        }
        living[generation] = group?.folder
        settings.controlGroup = group?.folder
        return (settings, group)
    }

    /// The folder of a worker's group, if it has one.
    func group(of generation: Int) -> String? { living[generation] }

    /// A worker has ended, or could not be forked; returns the groups that are to be removed.
    mutating func released(_ generation: Int) -> [String] {
        gpus.released(generation)
        if let group = living.removeValue(forKey: generation) { ended.append(group) }
        return ended
    }

    /// These groups are gone. Others, with which the kernel had not done yet, come again with the next worker that ends.
    mutating func removed(_ groups: [String]) { ended.removeAll { groups.contains($0) } }

    /// Every group that there may still be.
    var groups: [String] { living.values + ended }

    /// Where workers have folders of their own; nil when they have none.
    var scratch: String? { common.confinement?.scratch }

    /// A worker says that it had to do without namespaces.
    mutating func doesWithoutNamespaces(_ reason: String) {
        report.applied[.namespaces] = nil
        report.missing[.namespaces] = reason
    }
}
