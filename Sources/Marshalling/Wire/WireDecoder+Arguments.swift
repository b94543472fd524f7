// The arguments of a call, which are read one by one as the types that are wanted. What they are part of is nothing that is shared.
extension WireDecoder {
    /// Begins a `dict` of arguments, and says how many there are; ``close()`` ends it.
    ///
    /// - Throws: ``WireError/mismatch(path:expected:found:)``, or what is wrong with the bytes.
    @_lifetime(self: copy self)
    package mutating func openArguments() throws(WireError) -> Int {
        try passOwnPrefix()
        return try openDict(for: PythonDictionary.self)
    }

    /// Begins a tuple, and says how many elements it has; ``close()`` ends it.
    ///
    /// - Throws: ``WireError/mismatch(path:expected:found:)``, or what is wrong with the bytes.
    @_lifetime(self: copy self)
    package mutating func openTuple() throws(WireError) -> Int {
        try passOwnPrefix()
        guard try peek() == .tuple else { throw mismatch(expected: "tuple") }
        _ = try tag()
        try open()
        return try count(unit: 1)
    }

    @_lifetime(self: copy self)
    private mutating func passOwnPrefix() throws(WireError) {
        let start = offset
        guard try passPrefix() == nil else {
            throw .invalid(offset: start, detail: "the arguments are no object of their own")
        }
    }
}
