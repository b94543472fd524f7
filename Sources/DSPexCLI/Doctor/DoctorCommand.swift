import ArgumentParser
import DSPex

/// `dspex doctor`: what this machine has and lacks, with the command that mends each.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Checks what programs need on this machine, and names the command that mends what is missing.",
        discussion: "Exits with 3 when something is missing that is needed.")

    @Flag(help: "Print one JSON object: {\"ok\", \"checks\": [{\"name\", \"status\", \"found\", \"remedy\"}]}.")
    var json = false

    func run() async throws {
        let machine = Machine.current
        var checks: [DoctorCheck] = []
        var configuration = Platform.Configuration()
        do {
            configuration = try await Platform.Configuration.load(environment: machine.environment)
            checks.append(.ok("configuration", "readable"))
        } catch {
            checks.append(.missing("configuration", "\(error)", remedy: "edit dspex.yaml or the variable"))
            // The rest is looked at all the same, where the variables alone say it is.
            if let venv = machine.environment["DSPEX_VENV"], !venv.isEmpty { configuration.general.venv = venv }
        }
        let installation = Installation(configuration.general, machine)
        checks +=
            ToolchainChecks.all(machine) + installation.checks + MachineChecks.all(machine)
            + IsolationChecks.all(machine)
        let isFine = checks.allSatisfy { $0.status != .missing }
        Console.print(
            json
                ? try PythonValue.dict(["ok": .bool(isFine), "checks": .list(checks.map(\.json))]).jsonOutput()
                : DoctorCheck.report(checks))
        if !isFine { throw Failure(.environment) }
    }
}
