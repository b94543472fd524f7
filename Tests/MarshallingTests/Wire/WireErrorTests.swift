import Marshalling
import Testing

@Suite struct WireErrorTests {
    static let errors: [WireError] = [
        .noWireForm(type: "socket.socket", path: "[2][\"when\"]"), .tooDeep(limit: 512),
        .tooLarge(bytes: 1 << 31, limit: 1 << 30),
        .truncated(offset: 7), .lyingLength(offset: 1, claimed: 9, available: 2), .unknownTag(offset: 3, tag: 255),
        .invalidUTF8(offset: 5), .trailingBytes(offset: 6), .invalid(offset: 4, detail: "unhashable"),
    ]

    @Test(arguments: errors)
    func `An error that is told to the other side arrives as itself`(_ error: WireError) throws {
        #expect(WireError(try PythonValue(wireForm: error.value.wireForm())) == error)
    }

    @Test(
        arguments: [
            .none, "tooDeep", ["tooDeep", 512], .tuple([]), .tuple(["tooDeep"]), .tuple(["tooDeep", "512"]),
            .tuple(["tooDeep", 1, 2]),
            .tuple(["nonsense", 1]), .tuple(["noWireForm", "type"]), .tuple(["truncated", .none]),
            .tuple([1, "truncated"]),
        ] as [PythonValue])
    func `What is no error is not read as one`(_ value: PythonValue) {
        #expect(WireError(value) == nil)
    }
}
