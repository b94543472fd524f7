/// One contribution to a conversation.
public struct LanguageModelMessage: Sendable, Hashable {
    /// Who speaks.
    public enum Role: String, Sendable, Hashable, CaseIterable {
        /// The one who asks.
        case user
        /// The model.
        case assistant
        /// The results of tools that the model called.
        case tool
        /// The application's own instructions in the middle of a conversation.
        case developer
    }

    /// Who speaks.
    public var role: Role
    /// What is said; at least one part.
    public var parts: [LanguageModelPart]

    /// Makes a message.
    public init(role: Role, parts: [LanguageModelPart]) {
        self.role = role
        self.parts = parts
    }

    /// A user's message of one text.
    public static func user(_ text: String) -> LanguageModelMessage { .init(role: .user, parts: [.text(text)]) }

    /// A model's message of one text.
    public static func assistant(_ text: String) -> LanguageModelMessage {
        .init(role: .assistant, parts: [.text(text)])
    }
}
