import SwiftSyntax

extension DeclGroupSyntax {
    /// The access that members need to be seen as far as the type is, with a blank after it.
    var memberAccess: String {
        let levels = modifiers.map(\.name.text)
        return ["public", "package"].first(where: levels.contains).map { $0 + " " } ?? ""
    }
}
