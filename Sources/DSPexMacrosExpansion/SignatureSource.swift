import Signatures
import SwiftSyntax

/// The members that `@Signature` writes.
struct SignatureSource {
    private let members: SignatureMembers
    private let access: String

    init(_ members: SignatureMembers) {
        self.members = members
        access = members.declaration.memberAccess
    }

    /// Each member as source.
    var declarations: [String] {
        [inputType, outputType, declaration, sides] + (hasMemberwise ? [] : [members.fields.memberwise(access)])
            + [joining]
    }

    // MARK: The two sides

    private var inputType: String {
        """
        /// What goes in.
        \(access)struct Input: SignatureFields {
        \(body(of: members.inputs))
        }
        """
    }

    private var outputType: String {
        """
        /// What comes out.
        \(access)struct Output: SignatureOutput {
        \(body(of: members.outputs))
        \(partialType)
        }
        """
    }

    private func body(of fields: [MarkedField]) -> String {
        """
        \(fields.map { property($0, $0.field.typeText) }.joined(separator: "\n"))
        \(fields.memberwise(access))
        \(access)init?(from reader: inout FieldReader) {
        \(fields.reading)
        }
        \(access)func encode(into values: inout PythonDictionary) {
        \(fields.writing)
        }
        """
    }

    private func property(_ field: MarkedField, _ type: String) -> String {
        let comment = field.description.map { text in
            text.split(separator: "\n", omittingEmptySubsequences: false).map { "/// \($0)\n" }.joined()
        }
        return (comment ?? "") + "\(access)var \(field.field.name): \(type)"
    }

    /// Every property an optional, and an optional one just that.
    private var partialType: String {
        let fields = members.outputs
        let types = fields.map { $0.field.isOptional ? $0.field.typeText : "\($0.field.typeText)?" }
        let parameters = zip(fields, types).map { "\($0.parameterName): \($1) = nil" }.joined(separator: ", ")
        let reading = fields.map { field in
            let value = "reader.take(\(field.field.typeText).self, \(field.field.key.literal))"
            return "self.\(field.field.name) = \(value)" + (field.field.isOptional ? " ?? nil" : "")
        }
        let writing = fields.map { "values[\($0.field.key.literal)] = self.\($0.field.name)?.fieldValue()" }
        return """
            /// What has come out so far.
            \(access)struct Partial: PartialOutput {
            \(zip(fields, types).map { property($0, $1) }.joined(separator: "\n"))
            \(access)init() {
            }
            \(access)init(\(parameters)) {
            \(fields.map(\.assignment).joined(separator: "\n"))
            }
            \(access)init?(from reader: inout FieldReader) {
            \(reading.joined(separator: "\n"))
            }
            \(access)func encode(into values: inout PythonDictionary) {
            \(writing.joined(separator: "\n"))
            }
            }
            """
    }

    // MARK: The example

    private var declaration: String {
        let instructions = members.instructions.map { ", instructions: \($0.literal)" } ?? ""
        return """
            /// The fields, as programs see them.
            \(access)static let declaration = SignatureDeclaration(
            \(members.declaration.name.unquoted.literal)\(instructions),
            inputs: \(members.inputs.declarations),
            outputs: \(members.outputs.declarations))
            """
    }

    private var sides: String {
        func arguments(_ fields: [MarkedField]) -> String {
            fields.map { "\($0.label): example.\($0.field.name)" }.joined(separator: ", ")
        }
        return """
            /// The two sides of a worked example.
            \(access)static func sides(of example: Self) -> (input: Input, output: Output) {
            (Input(\(arguments(members.inputs))), Output(\(arguments(members.outputs))))
            }
            """
    }

    private var joining: String {
        func assignments(_ fields: [MarkedField], _ side: String) -> [String] {
            fields.map { "self.\($0.field.name) = \(side).\($0.field.name)" }
        }
        return """
            /// Makes a worked example of its two sides.
            \(access)init(_ input: Input, _ output: Output) {
            \((assignments(members.inputs, "input") + assignments(members.outputs, "output")).joined(separator: "\n"))
            }
            """
    }

    /// Whether the struct has an initialiser with the labels of the memberwise one.
    private var hasMemberwise: Bool {
        let labels = members.fields.map(\.label)
        return members.declaration.memberBlock.members.contains { member in
            member.decl.as(InitializerDeclSyntax.self)?.signature.parameterClause.parameters.map(\.firstName.unquoted)
                == labels
        }
    }
}
