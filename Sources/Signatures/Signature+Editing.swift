extension Signature {
    /// One side of the arrow.
    public enum Side: String, Sendable, Hashable, CaseIterable {
        /// What goes in, before the arrow.
        case inputs
        /// What comes out, after the arrow.
        case outputs
    }

    /// The fields of one side.
    public subscript(side: Side) -> [Field] { side == .inputs ? inputs : outputs }

    /// The same signature with a field more at the end of a side, as `dspy.Signature.append`.
    public func appending(_ field: Field, to side: Side) throws(SignatureError) -> Signature {
        try inserting(field, at: self[side].count, in: side)
    }

    /// The same signature with a field more at the beginning of a side, as `dspy.Signature.prepend`.
    public func prepending(_ field: Field, to side: Side) throws(SignatureError) -> Signature {
        try inserting(field, at: 0, in: side)
    }

    /// The same signature with a field more, as `dspy.Signature.insert`.
    ///
    /// - Parameter index: The new field's place on its side, from 0 to the number of fields there; below zero it counts from the
    ///   end, where -1 appends.
    /// - Throws: ``SignatureError`` when there is no such place, or the field makes no good signature.
    public func inserting(_ field: Field, at index: Int, in side: Side) throws(SignatureError) -> Signature {
        var fields = self[side]
        let place = index < 0 ? index + fields.count + 1 : index
        guard (0...fields.count).contains(place) else {
            throw SignatureError(.noSuchPlace(index, count: fields.count))
        }
        fields.insert(field, at: place)
        return try replacing(side, with: fields)
    }

    /// The same signature without the field of this name, as `dspy.Signature.delete`.
    ///
    /// - Throws: ``SignatureError`` when it was the last of its side. A name that no field has changes nothing.
    public func deleting(_ name: String) throws(SignatureError) -> Signature {
        try Signature(
            name: self.name, label: label, instructions: effectiveInstructions,
            inputs: inputs.filter { $0.name != name }, outputs: outputs.filter { $0.name != name })
    }

    /// The same signature with other instructions, as `dspy.Signature.with_instructions`.
    public func withInstructions(_ instructions: String?) -> Signature {
        var copy = self
        copy.instructions = instructions
        return copy
    }

    /// The same signature with another description of one field, as `dspy.Signature.with_updated_fields(name, desc=…)`.
    ///
    /// - Throws: ``SignatureError`` when no field has this name.
    public func withDescription(_ description: String?, of name: String) throws(SignatureError) -> Signature {
        guard field(named: name) != nil else { throw SignatureError(.noSuchField(name, known: fields.map(\.name))) }
        func described(_ fields: [Field]) -> [Field] {
            fields.map { field in
                guard field.name == name else { return field }
                var field = field
                field.description = description
                return field
            }
        }
        return try Signature(
            name: self.name, label: label, instructions: instructions, inputs: described(inputs),
            outputs: described(outputs))
    }

    private func replacing(_ side: Side, with fields: [Field]) throws(SignatureError) -> Signature {
        // DSPy keeps the instructions that it wrote for the fields as they were.
        try Signature(
            name: name, label: label, instructions: effectiveInstructions, inputs: side == .inputs ? fields : inputs,
            outputs: side == .outputs ? fields : outputs)
    }
}
