import FuzzDriver
import Marshalling
import Signatures

extension FuzzTarget {
    /// Any bytes as a frame. A value that is read survives writing and reading, and is skipped where it is read.
    static let decoder = FuzzTarget("decoder") { input in
        var skipping = unsafe WireDecoder(input)
        let skips = (try? skipping.skip()) != nil
        var decoder = unsafe WireDecoder(input)
        guard let value = try? decoder.value() else { return }
        require(skips && skipping.offset == decoder.offset, "what is read and what is skipped end at the same byte")
        require(trip(value).isIdentical(to: value), "a value that was read survives writing and reading")
        _ = value.hashValue
    }

    /// Any value, made as the tests make theirs. It survives writing and reading.
    static let codec = FuzzTarget("codec") { input in
        var generator = unsafe SeededGenerator(input)
        let value = PythonValue.random(using: &generator)
        let copy = trip(value)
        require(copy.isIdentical(to: value), "a value survives writing and reading")
        require(copy.hashValue == value.hashValue || copy != value, "equal values have one hash")
    }

    /// Any text as JSON. What is read survives writing, plain and pretty, and reading.
    static let json = FuzzTarget("json") { input in
        guard let value = try? PythonValue(json: unsafe Array(input)) else { return }
        for pretty in [false, true] {
            guard let text = try? value.jsonBytes(pretty: pretty), let copy = try? PythonValue(json: text) else {
                fatalError("broken promise: JSON that was read can be written, and read again")
            }
            require(copy.isIdentical(to: value), "JSON survives writing and reading")
        }
    }

    /// Any text as a signature. One that is read is read again from its description.
    static let signature = FuzzTarget("signature") { input in
        guard let text = unsafe String(validating: input, as: UTF8.self), let signature = try? Signature(text) else {
            return
        }
        let copy = try? Signature(signature.description)
        require(copy == signature, "a signature is read again from its description")
    }

    private static func trip(_ value: PythonValue) -> PythonValue {
        do { return try PythonValue(wireForm: value.wireForm()) } catch {
            fatalError("broken promise: what was read can be written and read, but: \(error)")
        }
    }
}
