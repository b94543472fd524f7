/// The two's complement bytes of an integer, least significant first. They are made as they are read: nothing is allocated.
@usableFromInline package struct LittleEndianBytes<Number: FixedWidthInteger>: RandomAccessCollection {
    @usableFromInline let number: Number

    @inlinable init(_ number: Number) { self.number = number }

    @inlinable package var startIndex: Int { 0 }
    @inlinable package var endIndex: Int { Number.bitWidth / 8 }
    @inlinable package subscript(index: Int) -> UInt8 { UInt8(truncatingIfNeeded: number >> (8 * index)) }
}

extension FixedWidthInteger {
    /// Its bytes as they lie on the wire, without a sign of their own.
    @inlinable package var littleEndianBytes: LittleEndianBytes<Self> { LittleEndianBytes(self) }
}
