/// Choices made by an input: what bytes it has left decide, and after its end everything is zero.
public struct Choices {
    private let bytes: [UInt8]
    private var position = 0

    /// Makes the choices of an input.
    public init(_ input: UnsafeRawBufferPointer) { bytes = unsafe Array(input) }

    /// Whether all of it has been used.
    public var isEmpty: Bool { position == bytes.count }

    /// The next number, little-endian.
    public mutating func number<Number: FixedWidthInteger>(_ type: Number.Type = Number.self) -> Number {
        var number: Number = 0
        for shift in stride(from: 0, to: Number.bitWidth, by: 8) {
            number |= Number(truncatingIfNeeded: isEmpty ? 0 : bytes[position]) << shift
            if !isEmpty { position += 1 }
        }
        return number
    }

    /// As many of the next bytes as there are.
    public mutating func take(_ count: Int) -> [UInt8] {
        let end = min(bytes.count, position + count)
        defer { position = end }
        return Array(bytes[position..<end])
    }
}
