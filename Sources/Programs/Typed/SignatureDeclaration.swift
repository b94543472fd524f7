public import Signatures

/// A signature that was written as Swift source, by `@Signature` or `#signature`. The macros check at compile time what the
/// source shows. What only shows once types meet is the ``fault``: a type that contains itself through another one, two types
/// of one name, a constraint on a type that is spelled by an alias.
///
/// Nothing traps for a fault: a typed program throws it when it is called.
public struct SignatureDeclaration: Sendable, Hashable {
    /// What goes in and what comes out.
    public let signature: Signature
    /// The first rule that the signature breaks; nil for a good one.
    public let fault: SignatureError?

    /// Makes a signature of fields.
    public init(
        name: String = Signature.defaultName, label: String? = nil, instructions: String? = nil, fields inputs: [Field],
        to outputs: [Field]
    ) {
        self.init(
            name: name, label: label, instructions: instructions, inputs: inputs, outputs: outputs, fault: nil)
    }

    /// Makes the signature of a struct.
    public init(
        _ name: String, instructions: String? = nil, inputs: [FieldDeclaration], outputs: [FieldDeclaration]
    ) {
        var types = FieldTypes()
        let sides = [inputs, outputs].map { $0.map { $0.field(in: &types) } }
        self.init(
            name: name, label: nil, instructions: instructions, inputs: sides[0], outputs: sides[1], fault: types.fault)
    }

    private init(
        name: String, label: String?, instructions: String?, inputs: [Field], outputs: [Field], fault: SignatureError?
    ) {
        do {
            signature = try Signature(
                name: name, label: label, instructions: instructions, inputs: inputs, outputs: outputs)
            self.fault = fault
        } catch {
            signature = Signature(
                unchecked: name, label: label, instructions: instructions, inputs: inputs, outputs: outputs)
            self.fault = fault ?? error
        }
    }
}
