import Foundation
import Marshalling
import Testing

@testable import PythonPool

/// A folder that looks like the root of a file system, removed with the value.
private final class Root: Sendable {
    let path = NSTemporaryDirectory() + "dspex-tests-\(UUID().uuidString)"

    init(_ files: [String: String]) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        for (file, text) in files { try write(file, text) }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ file: String, _ text: String) throws {
        let whole = URL(fileURLWithPath: path + file)
        try FileManager.default.createDirectory(
            at: whole.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: whole, atomically: false, encoding: .utf8)
    }

    func text(_ file: String) throws -> String { try String(contentsOfFile: path + file, encoding: .utf8) }
}

@Suite struct GPUDevicesTests {
    private func information(_ number: Int, _ identifier: String) -> String {
        "Model: \t\t NVIDIA A100\nIRQ:   \t\t 42\nGPU UUID: \t \(identifier)\nDevice Minor: \t \(number)\nGPU Excluded:\t No\n"
    }

    @Test func `A machine without the driver has no device`() throws {
        let root = try Root(["/dev/null": "", "/dev/nvidiactl": "", "/dev/nvidia-uvm": "", "/dev/nvidiaX": ""])
        #expect(GPUDevices(root: root.path, visible: nil) == .none)
        #expect(GPUDevices(root: root.path + "/nowhere", visible: "0") == .none)
    }

    @Test func `Devices go by their UUID in the order of their numbers`() throws {
        let root = try Root([
            "/dev/nvidia10": "", "/dev/nvidia2": "", "/dev/nvidiactl": "", "/dev/nvidia-uvm": "",
            "/proc/driver/nvidia/gpus/0000:3b:00.0/information": information(10, "GPU-bbbb"),
            "/proc/driver/nvidia/gpus/0000:18:00.0/information": information(2, "GPU-aaaa"),
            "/proc/driver/nvidia/gpus/0000:99:00.0/information": information(7, "GPU-of-another-container"),
        ])
        let found = GPUDevices(root: root.path, visible: nil)
        #expect(found.names == ["GPU-aaaa", "GPU-bbbb"])
        #expect(found.files == ["/dev/nvidiactl", "/dev/nvidia-uvm", "/dev/nvidia2", "/dev/nvidia10"])
    }

    @Test(arguments: ["", "GPU UUID: GPU-????????\nDevice Minor: 1", "Device Minor: 1", "nonsense"])
    func `Where the driver does not tell every UUID, numbers serve`(_ second: String) throws {
        let root = try Root([
            "/dev/nvidia0": "", "/dev/nvidia1": "",
            "/proc/driver/nvidia/gpus/a/information": information(0, "GPU-aaaa"),
            "/proc/driver/nvidia/gpus/b/information": second,
        ])
        #expect(GPUDevices(root: root.path, visible: nil).names == ["0", "1"])
    }

    @Test(arguments: [
        ("1", ["GPU-b"]), ("1,0", ["GPU-b", "GPU-a"]), ("GPU-b", ["GPU-b"]), ("", []), ("-1", []), ("NoDevFiles", []),
        ("0,7,1", ["GPU-a"]), ("0,0", ["GPU-a"]), (" 1 , 0", ["GPU-b", "GPU-a"]), ("99999999999999999999", []),
    ])
    func `Only what the host itself may see is handed on`(_ visible: String, _ names: [String]) throws {
        let root = try Root([
            "/dev/nvidia0": "", "/dev/nvidia1": "",
            "/proc/driver/nvidia/gpus/a/information": information(0, "GPU-a"),
            "/proc/driver/nvidia/gpus/b/information": information(1, "GPU-b"),
        ])
        #expect(GPUDevices(root: root.path, visible: visible).names == names)
    }

    @Test func `Workers take devices by turns, and a replacement takes the free one`() {
        var assignment = GPUAssignment(["A", "B", "C"])
        let device = { (variables: [String: String]) in variables["CUDA_VISIBLE_DEVICES"] ?? "" }
        #expect((1...6).map { device(assignment.assign($0)) } == ["A", "B", "C", "A", "B", "C"])
        assignment.released(5)
        #expect(device(assignment.assign(7)) == "B")
        assignment.released(99)
        assignment.released(5)
        #expect(device(assignment.assign(8)) == "A")
        #expect(assignment.assign(9)["CUDA_DEVICE_ORDER"] == "PCI_BUS_ID")
        var none = GPUAssignment([])
        #expect(none.assign(1) == [:])
    }
}

@Suite struct ControlGroupsTests {
    private static let mounts = """
        22 1 0:20 / /proc rw,relatime - proc proc rw
        30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate

        """

    private func root(_ own: String, _ files: [String: String], mounts: String = mounts) throws -> Root {
        try Root(
            ["/proc/self/mountinfo": mounts, "/proc/self/cgroup": "4:memory:/x\n0::\(own)\n"].merging(
                Dictionary(uniqueKeysWithValues: files.map { ("/sys/fs/cgroup" + $0.key, $0.value) })
            ) { $1 })
    }

    @Test func `A group whose controllers are handed down already is used as it is`() throws {
        let root = try root(
            "/app", ["/app/cgroup.controllers": "cpu memory pids\n", "/app/cgroup.subtree_control": "memory pids\n"])
        #expect(try ControlGroups.find(root: root.path).folder == root.path + "/sys/fs/cgroup/app")
        #expect(try root.text("/sys/fs/cgroup/app/cgroup.subtree_control") == "memory pids\n")
    }

    @Test func `A group that may be divided is`() throws {
        let root = try root("/", ["/cgroup.controllers": "memory pids", "/cgroup.subtree_control": ""])
        #expect(try ControlGroups.find(root: root.path).folder == root.path + "/sys/fs/cgroup")
        #expect(try root.text("/sys/fs/cgroup/cgroup.subtree_control") == "+memory +pids")
    }

    @Test func `A service in a subgroup finds what was delegated to it above`() throws {
        let root = try root(
            "/app.service/host",
            [
                "/app.service/host/cgroup.controllers": "", "/app.service/cgroup.controllers": "memory",
                "/app.service/cgroup.subtree_control": "memory",
            ])
        #expect(try ControlGroups.find(root: root.path).folder == root.path + "/sys/fs/cgroup/app.service")
    }

    @Test(arguments: [
        ("/a", [:], "", "not mounted"), ("/a", [:], ControlGroupsTests.mounts, "cannot be read"),
        ("/../..", [:], ControlGroupsTests.mounts, "no control group"),
        ("nonsense", [:], ControlGroupsTests.mounts, "no control group"),
        ("/a", ["/a/cgroup.controllers": "cpu hugetlb"], ControlGroupsTests.mounts, "no memory controller"),
        (
            "/a", ["/a/cgroup.controllers": "memory"],
            "30 23 0:26 / /odd\\040place rw - cgroup2 cgroup2 rw", "not mounted"
        ),
    ])
    func `Why there is none is said, with what to do`(
        _ own: String, _ files: [String: String], _ mounts: String, _ words: String
    ) throws {
        let root = try root(own, files, mounts: mounts)
        do throws(ControlGroups.Unavailable) {
            _ = try ControlGroups.find(root: root.path)
            Issue.record("found")
        } catch {
            #expect(error.problem.contains(words), "\(error.problem)")
            #expect(error.remedy.contains("Delegate="))
        }
    }

    @Test func `A group is made with its limits, and goes`() throws {
        // Files of the kernel are there when a group has been made; here they are put there first.
        let root = try Root(["/g/memory.max": "max", "/g/memory.oom.group": "0", "/g/pids.max": ""])
        let group = WorkerProvision.Group(folder: root.path + "/g", memoryBytes: 512 << 20, processes: 64)
        try group.make()
        #expect(try root.text("/g/memory.max") == "\(512 << 20)")
        #expect(try root.text("/g/memory.oom.group") == "1")
        #expect(try root.text("/g/pids.max") == "64")
        #expect(!WorkerProvision.Group.remove(group.folder), "one with something in it stays")
        try FileManager.default.createDirectory(atPath: root.path + "/empty", withIntermediateDirectories: true)
        #expect(WorkerProvision.Group.remove(root.path + "/empty"))
        #expect(WorkerProvision.Group.remove(root.path + "/never"))
    }
}

@Suite struct WorkerProvisionTests {
    private func machine(gpus: GPUDevices = .none, groups: String? = nil) -> HostFacilities {
        HostFacilities(
            kernel: .current,
            groups: groups.map { .success(ControlGroups(folder: $0)) }
                ?? .failure(.init(problem: "none", remedy: "make one")),
            gpus: gpus, workingFolder: "/srv", temporaryFolder: "/tmp")
    }

    @Test func `Each worker gets the limits, its device and its group`() throws {
        var configuration = PythonPool.Configuration(
            name: "näural/pool", memoryMB: 64, gpu: true,
            isolation: .init(
                limits: .init(addressSpaceMB: 1, openFiles: 2, processes: 3, fileSizeMB: 4, cpuSeconds: 5)),
            niceness: 7, cores: [3, 1])
        var provision = try WorkerProvision(
            configuration, machine(gpus: .init(names: ["GPU-a", "GPU-b"], files: ["/dev/nvidia0"]), groups: "/groups"))
        let (first, group) = provision.settings(for: 1)
        #expect(first.niceness == 7 && first.cores == [1, 3] && first.confinement == nil)
        #expect(first.limits == [.addressSpace: 1 << 20, .openFiles: 2, .fileSize: 4 << 20, .cpuSeconds: 5])
        #expect(first.variables["CUDA_VISIBLE_DEVICES"] == "GPU-a")
        #expect(group?.folder == first.controlGroup && group?.memoryBytes == 64 << 20 && group?.processes == 3)
        #expect(group?.folder.hasPrefix("/groups/dspex-") == true && group?.folder.hasSuffix("-näural-pool-1") == true)
        #expect(provision.settings(for: 2).0.variables["CUDA_VISIBLE_DEVICES"] == "GPU-b")
        #expect(provision.groups.count == 2)
        // A group that could not be removed at once comes again.
        #expect(provision.released(1) == [group?.folder])
        #expect(provision.released(2).count == 2)
        provision.removed([group?.folder ?? ""])
        #expect(provision.groups.count == 1)
        #expect(provision.gpuProblem == nil)
        // Without groups the kernel's limit for the user is the second choice.
        configuration.gpu = false
        var without = try WorkerProvision(configuration, machine(gpus: .init(names: ["GPU-a"], files: [])))
        #expect(without.settings(for: 1).0.limits[.processes] == 3)
        #expect(without.settings(for: 1).0.variables.isEmpty)
        #expect(without.settings(for: 1).1 == nil && without.released(1).isEmpty)
    }

    @Test func `Workers of two pools of one name do not share a group`() throws {
        let machine = machine(groups: "/groups-of-namesakes")
        var (one, other) = (try WorkerProvision(.init(), machine), try WorkerProvision(.init(), machine))
        #expect(one.settings(for: 1).1?.folder != other.settings(for: 1).1?.folder)
    }

    @Test func `Devices are among what a sandbox with a GPU opens`() throws {
        let configuration = PythonPool.Configuration(gpu: true, isolation: .sandbox)
        let devices = GPUDevices(names: ["0"], files: ["/dev/nvidiactl", "/dev/nvidia0"])
        var machine = machine(gpus: devices)
        machine.kernel = KernelProtections(release: "6.18", landlock: 7)
        var provision = try WorkerProvision(configuration, machine)
        #expect(provision.settings(for: 1).0.confinement?.writable == devices.files)
    }

    @Test func `A pool that asks for a GPU where there is none says so`() throws {
        #expect(try WorkerProvision(.init(gpu: true), machine()).gpuProblem?.contains("CUDA") == true)
        #expect(try WorkerProvision(.init(gpu: false), machine()).gpuProblem == nil)
    }

    @Test func `A worker without namespaces is reported`() throws {
        var provision = try WorkerProvision(.init(), machine())
        provision.doesWithoutNamespaces("unshare: not permitted")
        #expect(provision.report.missing[.namespaces] == "unshare: not permitted")
        #expect(provision.report.applied[.namespaces] == nil)
    }
}
