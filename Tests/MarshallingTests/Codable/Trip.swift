import Marshalling

/// A record whose conformance is written by hand, as the macro would.
struct Trip: Equatable {
    var name: String
    var stops: [Stop]
    var speed: Double = 80
    var note: String?
}

struct Stop: Equatable, PythonCodable {
    var place: String
    var minutes: UInt8

    init(place: String, minutes: UInt8) {
        self.place = place
        self.minutes = minutes
    }

    func encode(to encoder: inout WireEncoder) throws(WireError) {
        try encoder.openDict(count: 2)
        try encoder.encode(place, at: "place")
        try encoder.encode(minutes, at: "minutes")
        encoder.close()
    }

    init(from decoder: inout WireDecoder) throws(WireError) {
        var place: String?
        var minutes: UInt8?
        var left = try decoder.openDict(for: Stop.self)
        while left > 0 {
            let before = left
            if decoder.take(key: "place", of: &left) { place = try decoder.decode(String.self, at: "place") }
            if decoder.take(key: "minutes", of: &left) { minutes = try decoder.decode(UInt8.self, at: "minutes") }
            if left == before { try decoder.skipEntry(of: &left) }
        }
        decoder.close()
        guard let place else { throw decoder.missing("place", expected: "String") }
        guard let minutes else { throw decoder.missing("minutes", expected: "UInt8") }
        self.init(place: place, minutes: minutes)
    }
}

extension Trip: PythonCodable {
    func encode(to encoder: inout WireEncoder) throws(WireError) {
        try encoder.openDict(count: 4)
        try encoder.encode(name, at: "name")
        try encoder.encode(stops, at: "stops")
        try encoder.encode(speed, at: "speed")
        try encoder.encode(note, at: "note")
        encoder.close()
    }

    init(from decoder: inout WireDecoder) throws(WireError) {
        var name: String?
        var stops: [Stop]?
        var speed: Double?
        var note: String?
        var left = try decoder.openDict(for: Trip.self)
        while left > 0 {
            let before = left
            if decoder.take(key: "name", of: &left) { name = try decoder.decode(String.self, at: "name") }
            if decoder.take(key: "stops", of: &left) { stops = try decoder.decode([Stop].self, at: "stops") }
            if decoder.take(key: "speed", of: &left) { speed = try decoder.decode(Double.self, at: "speed") }
            if decoder.take(key: "note", of: &left) { note = try decoder.decode(String?.self, at: "note") }
            if left == before { try decoder.skipEntry(of: &left) }
        }
        decoder.close()
        guard let name else { throw decoder.missing("name", expected: "String") }
        guard let stops else { throw decoder.missing("stops", expected: "[Stop]") }
        self.init(name: name, stops: stops, note: note)
        if let speed { self.speed = speed }
    }
}

/// A record that contains itself.
struct Tree: Equatable, PythonCodable, PythonDescribable {
    var children: [Tree] = []

    init(_ children: [Tree]) { self.children = children }

    func encode(to encoder: inout WireEncoder) throws(WireError) { try children.encode(to: &encoder) }

    init(from decoder: inout WireDecoder) throws(WireError) { children = try decoder.decode([Tree].self) }

    static func describe(in schema: inout JSONSchema) -> PythonValue {
        JSONSchema.object(["children": schema.of([Tree].self)], required: ["children"])
    }
}

/// The error of reading a value as a type; nil when it is one.
func mismatch<Value: PythonDecodable>(_ value: PythonValue, as type: Value.Type) -> String? {
    do throws(WireError) {
        _ = try value.decoded(as: type)
        return nil
    } catch { return "\(error)" }
}
