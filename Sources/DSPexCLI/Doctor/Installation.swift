import DSPex
import PythonPool

/// The worker executable and the virtual environment, looked for where the pool looks.
struct Installation {
    private let machine: Machine
    private let places: PythonInstallation.Places

    init(_ configuration: PythonPool.Configuration, _ machine: Machine) {
        self.machine = machine
        places = .init(
            for: configuration, environment: machine.environment, workingFolder: machine.workingFolder,
            executableFolder: machine.executableFolder)
    }

    /// The virtual environment; nil when there is none.
    var venv: String? { places.environments.first { machine.isExecutable($0 + "/bin/python") } }

    var checks: [DoctorCheck] { [workerCheck, venvCheck] + PackageChecks.all(venv: venv, machine) }

    private var workerCheck: DoctorCheck {
        if let worker = places.workers.first(where: machine.isExecutable) { return .ok("worker executable", worker) }
        return .missing(
            "worker executable", "there is none at \(places.workers.joined(separator: ", "))",
            remedy: "swift build -c release --product dspex-worker, or set DSPEX_WORKER to where it is")
    }

    private var venvCheck: DoctorCheck {
        let name = "virtual environment"
        let remedy = "scripts/setup, or: /usr/bin/python3.11 -m venv .venv; or set DSPEX_VENV to where it is"
        guard let venv else {
            return .missing(
                name, "there is none at \(places.environments.prefix(3).joined(separator: ", "))", remedy: remedy)
        }
        let settings = (machine.text(venv + "/pyvenv.cfg") ?? "").split(separator: "\n").map { line in
            line.split(separator: "=", maxSplits: 1).map { $0.trimmingBlanks() }
        }
        guard let version = settings.first(where: { $0.count == 2 && $0[0] == "version" })?[1] else {
            return .missing(name, "\(venv) has no pyvenv.cfg that names a version", remedy: remedy)
        }
        // The worker embeds the library of exactly this Python.
        guard let numbers = Version(version)?.numbers, numbers.prefix(2) == [3, 11] else {
            return .missing(name, "\(venv) is of Python \(version); the worker embeds 3.11", remedy: remedy)
        }
        return .ok(name, "\(venv) (Python \(version))")
    }
}

extension Substring {
    fileprivate func trimmingBlanks() -> String {
        String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
}
