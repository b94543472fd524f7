/// The bytes that `Decodable` code reads from, as often and in whatever order it likes.
@safe final class BridgeSource {
    private let bytes: UnsafeRawBufferPointer
    private let owned: UnsafeMutableRawBufferPointer?
    private var isOpen = true
    /// Containers around the bytes.
    let depth: Int
    private let places: [Int: Int]
    private var readAgain = 0

    /// Borrows bytes until ``end()``; a decoder that was kept longer than it may be then gets an error, and reads nothing.
    init(lent bytes: UnsafeRawBufferPointer, depth: Int, places: [Int: Int]) {
        self.places = places
        unsafe self.bytes = unsafe bytes
        unsafe owned = nil
        self.depth = depth
    }

    /// Makes bytes of its own of a packed list: one with a tag before each element.
    init(unpacking numbers: [Double], depth: Int) {
        places = [:]
        var encoder = WireEncoder(capacity: numbers.count * 9 + 8)
        for number in numbers { encoder.float(number) }
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: encoder.count, alignment: 8)
        unsafe encoder.withBytes { unsafe copy.copyMemory(from: $0) }
        unsafe owned = unsafe copy
        unsafe bytes = UnsafeRawBufferPointer(copy)
        self.depth = depth
    }

    deinit { unsafe owned?.deallocate() }

    func end() { isOpen = false }

    /// Counts bytes that are looked through once more, of which a small frame can ask for endlessly many.
    func chargeAgain(_ count: Int) throws(WireError) {
        readAgain += count + WireLimit.readAgainCost
        let limit = WireLimit.readAgain(of: unsafe bytes.count)
        guard readAgain <= limit else { throw .tooLarge(bytes: readAgain, limit: limit) }
    }

    /// Reads at a place.
    func read<Result>(
        at place: WirePlace, depth: Int, _ body: (inout WireDecoder) throws(WireError) -> Result
    ) throws(WireError) -> Result {
        guard isOpen else {
            throw .invalid(offset: place.position, detail: "a Decoder was used after its value was decoded")
        }
        // Sound: lent bytes outlive `isOpen`, and own ones this object, which outlives the call.
        var decoder = unsafe WireDecoder(bytes)
        decoder.places = places
        decoder.place = place
        decoder.depth = self.depth + depth
        return try body(&decoder)
    }
}
