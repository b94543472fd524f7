/// What building and starting need: the Swift compiler, and the library that the worker embeds.
enum ToolchainChecks {
    static func all(_ machine: Machine) -> [DoctorCheck] { [swift(machine), libpython(machine)] }

    static func swift(_ machine: Machine) -> DoctorCheck {
        let remedy = "install Swift 6.2 or later (https://www.swift.org/install) and put it on PATH"
        guard let program = machine.find("swift") else {
            // What is built runs without a compiler.
            return .warning("swift", "no 'swift' on PATH; it is needed to build only", remedy: remedy)
        }
        let words = machine.output(program, ["--version"])?.split(whereSeparator: \.isWhitespace) ?? []
        guard let place = words.firstIndex(of: "version"), words.indices.contains(place + 1),
            let version = Version(words[place + 1])
        else { return .warning("swift", "\(program) does not tell its version", remedy: remedy) }
        if let least = Version("6.2"), version < least {
            return .warning("swift", "\(version) at \(program); building needs 6.2 or later", remedy: remedy)
        }
        return .ok("swift", "\(version) at \(program)")
    }

    static func libpython(_ machine: Machine) -> DoctorCheck {
        let name = "libpython3.11.so.1.0"
        let folders =
            (machine.environment["LD_LIBRARY_PATH"] ?? "").split(separator: ":").map(String.init)
            + ["lib", "usr/lib"].map { "/\($0)/\(machine.architecture)-linux-gnu" }
            + ["/usr/lib64", "/usr/lib", "/usr/local/lib", "/lib64", "/lib"]
        guard let folder = folders.first(where: { machine.size("\($0)/\(name)") != nil }) else {
            return .missing("libpython", "there is no \(name)", remedy: "apt-get install libpython3-dev")
        }
        return .ok("libpython", "\(folder)/\(name)")
    }
}
