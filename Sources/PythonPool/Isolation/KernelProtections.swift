import CLinux
import Foundation
import Marshalling

/// What the kernel offers to confine a process. Asked once; a value, so that decisions over it are tested for kernels that are not here.
package struct KernelProtections: Sendable, Hashable {
    /// The kernel's release, as in `6.1.0-18-amd64`.
    package var release: String
    /// The version of Landlock's interface; 0 when there is none.
    package var landlock: Int
    /// Why there is no Landlock; nil when there is.
    package var landlockProblem: String?
    /// Why system calls cannot be filtered; nil when they can.
    package var filterProblem: String?
    /// Why no namespaces can be made; nil when they can, as far as the kernel's settings tell.
    package var namespaceProblem: String?

    package init(
        release: String, landlock: Int, landlockProblem: String? = nil, filterProblem: String? = nil,
        namespaceProblem: String? = nil
    ) {
        self.release = release
        self.landlock = landlock
        self.landlockProblem = landlockProblem
        self.filterProblem = filterProblem
        self.namespaceProblem = namespaceProblem
    }

    /// Those of the kernel that this runs on.
    package static var current: KernelProtections {
        let text = { (path: String) in try? String(contentsOfFile: path, encoding: .utf8) }
        let release = text("/proc/sys/kernel/osrelease")?.trimmingCharacters(in: .whitespacesAndNewlines) ?? "unknown"
        let version = clinux_landlock_abi()
        let filter = clinux_seccomp_available()
        return KernelProtections(
            release: release, landlock: Int(max(0, version)),
            landlockProblem: version > 0 ? nil : landlockProblem(version, release),
            filterProblem: filter == 0 ? nil : "system calls cannot be filtered (seccomp): \(linuxError(filter))",
            namespaceProblem: namespaceProblem(text: text))
    }

    /// Why there is no Landlock, by what the kernel said when it was asked for its version.
    package static func landlockProblem(_ error: Int32, _ release: String) -> String {
        switch error {
        case -95:  // EOPNOTSUPP
            "Landlock is switched off in this kernel (\(release)): its boot parameter lsm= does not name landlock"
        case -38:  // ENOSYS
            "Landlock is not available on this kernel (\(release)): it came with Linux 5.13, and must be built in"
        default: "Landlock cannot be used here (\(release)): \(linuxError(error)); a container may forbid it"
        }
    }

    /// Why namespaces cannot be made, by what /proc tells.
    package static func namespaceProblem(text: (String) -> String?) -> String? {
        func number(_ path: String) -> Int? {
            text(path).flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
        }
        let status = text("/proc/self/status")?.split(separator: "\n").first { $0.hasPrefix("CapEff:") }
        let capabilities =
            status.flatMap { UInt64($0.dropFirst(7).trimmingCharacters(in: .whitespaces), radix: 16) } ?? 0
        // CAP_SYS_ADMIN makes them without a user namespace.
        if capabilities & 1 << 21 != 0 { return nil }
        if number("/proc/sys/user/max_user_namespaces") ?? 0 == 0 {
            return "user namespaces are switched off (user.max_user_namespaces is 0)"
        }
        if number("/proc/sys/kernel/unprivileged_userns_clone") == 0 {
            return "user namespaces are for root only (kernel.unprivileged_userns_clone is 0)"
        }
        if number("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == 1 {
            return "AppArmor restricts user namespaces (kernel.apparmor_restrict_unprivileged_userns is 1)"
        }
        return nil
    }
}
