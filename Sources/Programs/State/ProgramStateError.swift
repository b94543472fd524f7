public import Marshalling

/// Why a saved program cannot be read, loaded or written. Nothing of it was taken over.
public struct ProgramStateError: Error, Sendable, Hashable {
    /// What is wrong.
    public enum Reason: Sendable, Hashable {
        /// The text is no JSON.
        case notJSON(JSONError)
        /// It is not there.
        case missing
        /// It is something else than it must be.
        case mistyped(expected: String, found: String)
        /// Nothing of this name belongs here; these do.
        case unknown(known: [String])
        /// Another version of DSPy saved it; nil when it does not say which.
        case version(saved: String?, supported: String)
        /// It is of a signature with another number of fields than these.
        case fieldCount(saved: Int, own: [String])
        /// The predictor names a model of its own, which would have to come with its key; models are the platform's.
        case ownModel
        /// The worked examples do not fit the signature.
        case demos([FieldProblem])
        /// Swift has no twin of the program that could load it.
        case noNativeTwin(ProgramKind)
        /// It holds a value that JSON has no form for.
        case noJSONForm(JSONError)
    }

    /// Where in the state, as in `predict.signature.fields[2].prefix`; empty for the whole.
    public var path: String
    /// What is wrong.
    public var reason: Reason

    /// Makes an error.
    public init(_ path: String, _ reason: Reason) {
        self.path = path
        self.reason = reason
    }

    /// Says that a value is missing or of another type.
    init(_ path: String, _ value: PythonValue?, expected: String) {
        self.init(path, value.map { .mistyped(expected: expected, found: $0.typeName) } ?? .missing)
    }
}

extension ProgramStateError: CustomStringConvertible {
    /// Where it is, what is wrong, and what to do about it.
    public var description: String { (path.isEmpty ? "the saved program" : path) + ": " + detail }

    private var detail: String {
        switch reason {
        case .notJSON(let error): "is no JSON: \(error)"
        case .missing: "is missing"
        case .mistyped(let expected, let found): "must be \(expected), not \(found)"
        case .unknown(let known):
            "does not belong here; " + (known.isEmpty ? "nothing does" : "there are \(known.joined(separator: ", "))")
        case .version(nil, let supported):
            "does not say which DSPy saved it, and this is \(supported); allow a version mismatch to load it all the same"
        case .version(let saved?, let supported):
            "saved by DSPy \(saved), and this is \(supported); allow a version mismatch to load it all the same"
        case .fieldCount(let saved, let own):
            "\(saved) fields were saved, but the signature has \(own.count): \(own.joined(separator: ", "))"
        case .ownModel: "names a model of its own; remove the entry, and name the model on the program"
        case .demos(let problems):
            "the worked examples do not fit:\n" + problems.map { "  - \($0)" }.joined(separator: "\n")
        case .noNativeTwin(let kind): "Swift cannot run \(kind); load it into the Python program"
        case .noJSONForm(let error): "cannot be written: \(error)"
        }
    }
}
