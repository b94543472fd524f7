/// Lets an argument that begins with `->` be a value, as half a signature is one; argument-parser would take it for options.
enum ArrowArguments {
    /// Options that take no value, so that what follows them is an argument of its own.
    private static let flags: Set<String> = [
        "--json", "--chain-of-thought", "--help", "--version", "-h", "--allow-version-mismatch",
    ]

    /// Joins such an argument to the option before it (`--signature=-> a`), or moves it behind `--`.
    static func protect(_ arguments: [String]) -> [String] {
        var result: [String] = []
        var positional: [String] = []
        var index = arguments.startIndex
        while index < arguments.endIndex {
            let argument = arguments[index]
            index += 1
            // Behind a terminator everything is a value already.
            if argument == "--" { return result + ["--"] + positional + arguments[index...] }
            guard argument.hasPrefix("->") else {
                result.append(argument)
                continue
            }
            if let option = result.last, option.hasPrefix("--"), !option.contains("="), !flags.contains(option) {
                result[result.count - 1] = "\(option)=\(argument)"
            } else {
                positional.append(argument)
            }
        }
        return positional.isEmpty ? result : result + ["--"] + positional
    }
}
