import Foundation
import Marshalling
import Testing

@testable import PythonPool

/// What is decided over a kernel: the strongest means that it has, and no start where a required one is missing.
@Suite struct IsolationPlanTests {
    private func kernel(landlock: Int, filter: String? = nil, namespaces: String? = nil) -> KernelProtections {
        KernelProtections(
            release: "5.10.0", landlock: landlock,
            landlockProblem: landlock > 0 ? nil : KernelProtections.landlockProblem(-38, "5.10.0"),
            filterProblem: filter,
            namespaceProblem: namespaces)
    }

    private func plan(
        _ isolation: PythonPool.Isolation, _ kernel: KernelProtections, memoryProblem: String? = "no group"
    ) throws(PythonPoolError) -> IsolationPlan {
        try IsolationPlan(
            isolation, pool: "code", kernel: kernel, memoryProblem: memoryProblem, workingFolder: "/srv/app",
            temporaryFolder: "/tmp")
    }

    private func refusal(
        _ isolation: PythonPool.Isolation, _ kernel: KernelProtections, memoryProblem: String? = nil
    ) -> (problem: String, remedy: String)? {
        do throws(PythonPoolError) {
            _ = try plan(isolation, kernel, memoryProblem: memoryProblem)
            return nil
        } catch {
            guard case .environment(let problem, let remedy) = error else { return nil }
            return (problem, remedy)
        }
    }

    @Test func `A pool that asks for nothing confines nothing, and starts on any kernel`() throws {
        let plan = try plan(.none, kernel(landlock: 0, filter: "none", namespaces: "none"))
        #expect(plan.confinement == nil)
        #expect(plan.report.applied.isEmpty)
        #expect(plan.report.missing == [.memory: "no group"])
    }

    @Test func `A kernel of today gives the sandbox all`() throws {
        let plan = try plan(.sandbox, kernel(landlock: 7), memoryProblem: nil)
        let confinement = try #require(plan.confinement)
        #expect(confinement.landlock == 7 && confinement.filters && confinement.hidesFiles)
        #expect(!confinement.network && !confinement.processes)
        #expect(confinement.signals == .landlock && confinement.namespaces == .wanted)
        #expect(confinement.scratch == "/tmp" && confinement.scratchBytes == 256 << 20)
        #expect(plan.report.missing.isEmpty)
        #expect(Set(plan.report.applied.keys) == Set(PythonPool.Protection.allCases))
        #expect(plan.report.description.split(separator: "\n").count == PythonPool.Protection.allCases.count)
    }

    @Test(arguments: [1, 2, 3, 4, 5])
    func `Where Landlock keeps no signals back, the filter does, as long as no processes are started`(_ version: Int)
        throws
    {
        #expect(try plan(.sandbox, kernel(landlock: version)).confinement?.signals == .systemCalls)
        var withProcesses = PythonPool.Isolation.sandbox
        withProcesses.startsProcesses = true
        let refused = refusal(withProcesses, kernel(landlock: version))
        #expect(
            refused?.problem.contains("signals (it takes Landlock 6 of Linux 6.12 (here: Landlock \(version))") == true)
        withProcesses.required.remove(.signals)
        let plan = try plan(withProcesses, kernel(landlock: version))
        #expect(plan.confinement?.signals == .free)
        #expect(plan.report.missing[.signals] != nil)
    }

    @Test func `A kernel without Landlock refuses the sandbox and says why and what to do`() throws {
        let refused = try #require(refusal(.sandbox, kernel(landlock: 0)))
        #expect(refused.problem.contains("pool 'code'"))
        #expect(refused.problem.contains("files (Landlock is not available on this kernel (5.10.0)"))
        #expect(refused.remedy.contains("dspex doctor") && refused.remedy.contains(".files"))
    }

    @Test func `A protection that is not required is left out, and said to be`() throws {
        var isolation = PythonPool.Isolation.sandbox
        isolation.required.remove(.files)
        let plan = try plan(isolation, kernel(landlock: 0, namespaces: "switched off"))
        #expect(plan.confinement?.hidesFiles == false && plan.confinement?.filters == true)
        #expect(plan.report.missing[.files]?.contains("5.10.0") == true)
        #expect(plan.report.missing[.namespaces] == "switched off")
        #expect(plan.report.applied[.network] == "seccomp")
    }

    @Test(arguments: PythonPool.Protection.allCases)
    func `Each protection that is required and missing is named`(_ protection: PythonPool.Protection) throws {
        var isolation = PythonPool.Isolation.sandbox
        isolation.required = [protection]
        let bare = kernel(landlock: 0, filter: "no filter", namespaces: "no namespaces")
        let refused = refusal(isolation, bare, memoryProblem: "no group")
        // Privileges can be given up on any kernel.
        #expect((refused == nil) == (protection == .privileges))
        if let refused { #expect(refused.problem.contains("\(protection) (")) }
    }

    @Test func `What nothing asks for is not required`() throws {
        #expect(refusal(.none, kernel(landlock: 0, filter: "no", namespaces: "no")) == nil)
        let onlyNetwork = PythonPool.Isolation(network: .none, required: [.files, .network])
        #expect(refusal(onlyNetwork, kernel(landlock: 0)) == nil)
    }

    @Test func `Without a folder of its own the working folder can be read`() throws {
        let confinement = try #require(try plan(.init(files: .readOnly), kernel(landlock: 7)).confinement)
        #expect(confinement.scratch == nil && confinement.readable == ["/srv/app"] && confinement.hidesFiles)
    }

    @Test func `Namespaces that are required are needed, and wanted otherwise`() throws {
        var isolation = PythonPool.Isolation.sandbox
        isolation.required.insert(.namespaces)
        #expect(try plan(isolation, kernel(landlock: 7)).confinement?.namespaces == .needed)
        let reduced = PythonPool.Isolation(reducesPrivileges: true)
        #expect(try plan(reduced, kernel(landlock: 7)).confinement?.namespaces == Confinement.Namespaces.none)
    }

    // MARK: What the kernel says

    @Test(
        arguments: [
            (-38, "is not available on this kernel (5.10)"), (-95, "is switched off in this kernel (5.10)"),
            (-1, "cannot be used here (5.10): Operation not permitted"),
        ] as [(Int32, String)])
    func `Why there is no Landlock is told apart`(_ error: Int32, _ words: String) {
        #expect(KernelProtections.landlockProblem(error, "5.10").contains(words))
    }

    @Test(
        arguments: [
            (["/proc/sys/user/max_user_namespaces": "0\n"], "max_user_namespaces"), ([:], "max_user_namespaces"),
            (
                ["/proc/sys/user/max_user_namespaces": "9", "/proc/sys/kernel/unprivileged_userns_clone": "0"],
                "unprivileged_userns_clone"
            ),
            (
                [
                    "/proc/sys/user/max_user_namespaces": "9",
                    "/proc/sys/kernel/apparmor_restrict_unprivileged_userns": "1\n",
                ], "AppArmor"
            ), (["/proc/sys/user/max_user_namespaces": "9"], nil),
            (["/proc/self/status": "Name: x\nCapEff:\t000001fffeffffff\n"], nil),
            (["/proc/self/status": "CapEff:\t0000000000000400\n"], "max_user_namespaces"),
            (["/proc/self/status": "CapEff:\tnonsense\n"], "max_user_namespaces"),
        ] as [([String: String], String?)])
    func `Why there are no namespaces is read from proc`(_ files: [String: String], _ words: String?) {
        let problem = KernelProtections.namespaceProblem { files[$0] }
        if let words { #expect(problem?.contains(words) == true) } else { #expect(problem == nil) }
    }
}
