import ArgumentParser
import DSPex

/// `dspex`: runs programs and Python functions from a shell, and says what is missing.
struct DSPexCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dspex",
        abstract: "Programs for language models, run by DSPy in embedded Python interpreters.",
        discussion: """
            Exit codes: 0 fine, 1 the program failed, 2 bad usage, 3 something is missing on this machine.
            An argument that begins with '->' is a value, never an option.
            Settings come from dspex.yaml in the working folder (or the file that DSPEX_CONFIG names) and from variables \
            like DSPEX_VENV and DSPEX_POOLS_GENERAL_SIZE.
            """,
        version: PythonPool.version,
        subcommands: [
            RunCommand.self, PredictCommand.self, SignatureCommand.self, PromptCommand.self, ParseCommand.self,
            RouteCommand.self, ProgramCommand.self, EvaluateCommand.self, OptimizeCommand.self, DSPyCommand.self,
            CallCommand.self, ProfileCommand.self, DoctorCommand.self,
        ])
}
