/// A program inside a ``Module``, by its path there.
public struct NamedPredictor: Sendable {
    /// The path, as DSPy's `named_predictors` has it: `self`, `predict`, `extract.predict`, `steps[0]`.
    public var name: String
    /// The program.
    public var program: any Program

    /// Names a program.
    public init(_ name: String, _ program: any Program) {
        self.name = name
        self.program = program
    }
}

extension NamedPredictor {
    /// What a `Predict` alone is called.
    static let alone = "self"

    /// The programs in a module's stored properties, and in lists and dictionaries there.
    static func inProperties(of module: some Module) -> [NamedPredictor] {
        Mirror(reflecting: module).children.flatMap { child in
            child.label.map { found(in: child.value, at: $0) } ?? []
        }
    }

    /// The programs in a value that is called by a path: a module, or a list or dictionary of them.
    static func found(in value: Any, at path: String) -> [NamedPredictor] {
        if let module = value as? any Module {
            return module.predictors.map { .init($0.name == alone ? path : "\(path).\($0.name)", $0.program) }
        }
        let mirror = Mirror(reflecting: value)
        switch mirror.displayStyle {
        case .collection:
            return mirror.children.enumerated().flatMap { found(in: $0.element.value, at: "\(path)[\($0.offset)]") }
        case .dictionary:
            let entries = mirror.children.compactMap { child -> (key: String, value: any Module)? in
                let entry = Mirror(reflecting: child.value).children.map(\.value)
                guard entry.count == 2, let key = entry[0] as? String, let value = entry[1] as? any Module else {
                    return nil
                }
                return (key, value)
            }
            // Swift's dictionaries have no order of their own.
            return entries.sorted { $0.key < $1.key }.flatMap { found(in: $0.value, at: "\(path)['\($0.key)']") }
        default: return []
        }
    }
}
