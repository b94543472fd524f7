import Foundation

/// What the machine offers a pool's workers: protections of the kernel, control groups, devices, places for folders.
struct HostFacilities: Sendable {
    var kernel: KernelProtections
    var groups: Result<ControlGroups, ControlGroups.Unavailable>
    var gpus: GPUDevices
    var workingFolder: String
    /// Where workers get folders of their own.
    var temporaryFolder: String

    /// Looks at the machine that this runs on.
    @Sendable static func probe() -> HostFacilities {
        var temporary = NSTemporaryDirectory()
        while temporary.count > 1, temporary.hasSuffix("/") { temporary.removeLast() }
        return HostFacilities(
            kernel: .current, groups: Result { () throws(ControlGroups.Unavailable) in try ControlGroups.find() },
            gpus: GPUDevices(visible: ProcessInfo.processInfo.environment["CUDA_VISIBLE_DEVICES"]),
            workingFolder: FileManager.default.currentDirectoryPath, temporaryFolder: temporary)
    }
}
