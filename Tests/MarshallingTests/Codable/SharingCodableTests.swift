import Marshalling
import Testing

/// One object that Python holds twice is written once; types read it as often as they meet it.
@Suite struct SharingCodableTests {
    private static let stop: [UInt8] = {
        // Cannot fail: a stop has a wire form.
        (try? Stop(place: "Cádiz", minutes: 20).wireForm()) ?? []
    }()

    @Test func `A container that is meant again is read again`() throws {
        let again = [WireTag.again.rawValue, 1, 0, 0, 0]
        let bytes: [UInt8] =
            [WireTag.mark.rawValue, WireTag.list.rawValue, 3, 0, 0, 0, WireTag.shared.rawValue] + Self.stop + again
            + again
        let stop = Stop(place: "Cádiz", minutes: 20)
        #expect(try [Stop](wireForm: bytes) == [stop, stop, stop])
        #expect(try [Stop?](wireForm: bytes) == [stop, stop, stop])
        #expect(try PythonDecoder().decode([Event].self, from: bytes).map(\.place) == ["Cádiz", "Cádiz", "Cádiz"])
    }

    @Test func `A tree finds what a type has read, and the reverse`() throws {
        struct Pair: PythonDecodable {
            let first: [Int]
            let second: PythonValue
            let third: [Int]

            init(from decoder: inout WireDecoder) throws(WireError) {
                guard try decoder.openTuple(count: 3) else { throw decoder.mismatch(expected: "Pair") }
                (first, second, third) = (try decoder.decode(), try decoder.decode(), try decoder.decode())
                decoder.close()
            }
        }
        let list: [UInt8] = [WireTag.shared.rawValue, WireTag.list.rawValue, 1, 0, 0, 0, WireTag.int8.rawValue, 7]
        let again: [UInt8] = [WireTag.again.rawValue, 0, 0, 0, 0]
        let pair = try Pair(wireForm: [WireTag.tuple.rawValue, 3, 0, 0, 0] + list + again + again)
        #expect(pair.first == [7])
        #expect(pair.second.unshared == [7])
        #expect(pair.third == [7])
        let skipped: [UInt8] = [WireTag.dict.rawValue, 2, 0, 0, 0]
        let other = try "other".wireForm() + list
        let stops = try "stops".wireForm() + again
        #expect(throws: WireError.mismatch(path: "stops[0]", expected: "Stop", found: "int 7")) {
            try Trip(wireForm: skipped + other + stops)
        }
    }

    @Test func `A number that no container has is refused`() {
        let bytes: [UInt8] = [WireTag.list.rawValue, 1, 0, 0, 0, WireTag.again.rawValue, 9, 0, 0, 0]
        #expect(throws: WireError.self) { try [Stop](wireForm: bytes) }
        #expect(throws: WireError.self) { try [Stop](wireForm: [WireTag.mark.rawValue, WireTag.int8.rawValue, 1]) }
        #expect(throws: WireError.self) { try PythonDecoder().decode([Event].self, from: bytes) }
    }
}
