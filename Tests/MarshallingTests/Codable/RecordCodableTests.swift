import Testing

@testable import Marshalling

@Suite struct RecordCodableTests {
    static let trip = Trip(
        name: "Coast", stops: [Stop(place: "Cádiz", minutes: 20), Stop(place: "Tarifa", minutes: 255)], note: nil)
    static let tree: PythonValue = [
        "name": "Coast",
        "stops": [["place": "Cádiz", "minutes": 20], ["place": "Tarifa", "minutes": 255]],
        "speed": 80.0, "note": .none,
    ]

    @Test func `A record is a dict with its properties in order`() throws {
        #expect(try PythonValue(encoding: Self.trip) == Self.tree)
        #expect(try Trip(wireForm: Self.trip.wireForm()) == Self.trip)
        #expect(try Self.trip.wireForm() == Self.tree.wireForm(), "byte for byte what the tree makes")
    }

    @Test(arguments: 0..<24)
    func `Entries may come in any order, among others of any kind`(_ seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        var entries = try #require(Self.tree.dict).entries
        entries.append(.init(key: "surplus", value: .random(using: &generator)))
        entries.append(.init(key: .tuple([1, "x"]), value: .random(using: &generator)))
        entries.shuffle(using: &generator)
        #expect(try PythonValue.dict(PythonDictionary(entries)).decoded(as: Trip.self) == Self.trip)
    }

    @Test func `What is missing is nil, its default, or named`() throws {
        let short: PythonValue = ["stops": [], "name": "Short"]
        #expect(try short.decoded(as: Trip.self) == Trip(name: "Short", stops: []))
        #expect(mismatch(["name": "x"], as: Trip.self) == "stops: expected [Stop], found no such key")
        #expect(
            mismatch([["name": "x", "stops": [["place": "y"]]]], as: [Trip].self)
                == "[0].stops[0].minutes: expected UInt8, found no such key")
    }

    @Test(
        arguments: [
            (["name": 3, "stops": []], "name: expected String, found int 3"),
            (
                ["name": "x", "stops": [["place": "y", "minutes": 256]]],
                "stops[0].minutes: expected UInt8, found int 256"
            ),
            (
                ["name": "x", "stops": [["place": "y", "minutes": 1], "n/a"]],
                #"stops[1]: expected Stop, found str "n/a""#
            ),
            (["name": "x", "stops": .none], "stops: expected Array<Stop>, found None"),
            (["name": "x", "stops": [], "speed": "fast"], #"speed: expected Double, found str "fast""#),
            (["name": "x", "stops": [], "note": [1, 2]], "note: expected String, found list of 2"),
            ([1.5], "expected Trip, found list of 1"),
        ] as [(PythonValue, String)])
    func `An error says where, what was expected and what was found`(_ value: PythonValue, _ message: String) {
        #expect(mismatch(value, as: Trip.self) == message)
    }

    @Test func `The path of the issue's example`() {
        struct Scores: PythonDecodable {
            init(from decoder: inout WireDecoder) throws(WireError) {
                var left = try decoder.openDict(for: Scores.self)
                while left > 0 {
                    if decoder.take(key: "rows", of: &left) {
                        _ = try decoder.decode([[String: Double]].self, at: "rows")
                    }
                }
                decoder.close()
            }
        }
        var rows = [PythonValue](repeating: ["score": 1.5], count: 20)
        rows[17] = ["score": "n/a"]
        #expect(
            mismatch(["rows": .list(rows)], as: Scores.self)
                == #"rows[17]["score"]: expected Double, found str "n/a""#)
    }

    @Test func `A mismatch travels as a value`() {
        let error = WireError.mismatch(path: "rows[17].score", expected: "Double", found: #"str "n/a""#)
        #expect(WireError(error.value) == error)
        #expect("\(error)" == #"rows[17].score: expected Double, found str "n/a""#)
    }
}
