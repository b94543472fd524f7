extension SharedArray {
    /// Copies the elements into lists of Python's numbers, one within the other as numpy's `tolist` has them; an array without dimensions is its
    /// one number.
    ///
    /// - Throws: ``SharedArrayError/inUse(by:)``.
    public func asList() throws(SharedArrayError) -> PythonValue {
        var numbers = try elements()[...]
        return Self.nested(&numbers, shape[...])
    }

    private static func nested(_ numbers: inout ArraySlice<PythonValue>, _ shape: ArraySlice<Int>) -> PythonValue {
        guard let count = shape.first else { return numbers.removeFirst() }
        if shape.count == 1 {
            defer { numbers.removeFirst(count) }
            return .list(Array(numbers.prefix(count)))
        }
        return .list((0..<count).map { _ in nested(&numbers, shape.dropFirst()) })
    }

    private func elements() throws(SharedArrayError) -> [PythonValue] {
        switch dtype {
        case .bool: try asArray(of: UInt8.self).map { .bool($0 != 0) }
        case .int8: try asArray(of: Int8.self).map { .int(Int($0)) }
        case .int16: try asArray(of: Int16.self).map { .int(Int($0)) }
        case .int32: try asArray(of: Int32.self).map { .int(Int($0)) }
        case .int64: try asArray(of: Int.self).map { .int($0) }
        case .uint8: try asArray(of: UInt8.self).map { .int(Int($0)) }
        case .uint16: try asArray(of: UInt16.self).map { .int(Int($0)) }
        case .uint32: try asArray(of: UInt32.self).map { .int(Int($0)) }
        case .uint64: try asArray(of: UInt64.self).map { PythonValue(PythonInteger(unsigned: $0)) }
        case .float16: try asArray(of: Float16.self).map { .float(Double($0)) }
        case .float32: try asArray(of: Float.self).map { .float(Double($0)) }
        case .float64: try asArray(of: Double.self).map { .float($0) }
        case .complex64:
            try asArray(of: ComplexFloat.self).map {
                .complex(PythonComplex(real: Double($0.real), imaginary: Double($0.imaginary)))
            }
        case .complex128: try asArray(of: PythonComplex.self).map { .complex($0) }
        case .bytes(let width):
            try asArray(of: UInt8.self).chunked(by: width).map { .bytes(Array($0)) }
        }
    }
}

extension Array {
    fileprivate func chunked(by width: Int) -> [ArraySlice<Element>] {
        stride(from: 0, to: count, by: width).map { self[$0..<$0 + width] }
    }
}

extension WireDecoder {
    /// Reads an array as the list of its elements, or of its rows.
    @usableFromInline mutating func arrayElements<Element: PythonDecodable>(
        _ type: Element.Type
    ) throws(WireError) -> [Element] {
        let (start, array) = (offset, try SharedArray(from: &self))
        guard !array.shape.isEmpty else {
            throw .mismatch(path: "", expected: "\([Element].self)", found: "an array without dimensions")
        }
        let list: PythonValue
        do throws(SharedArrayError) {
            if type == Double.self, array.dtype == .float64, array.shape.count == 1,
                let numbers = try array.asArray(of: Double.self) as? [Element]
            {
                return numbers
            }
            list = try array.asList()
        } catch { throw .invalid(offset: start, detail: "\(error)") }
        return try [Element](wireForm: list.wireForm())
    }
}
