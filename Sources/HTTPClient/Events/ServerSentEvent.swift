/// One event of a `text/event-stream`.
public struct ServerSentEvent: Sendable, Hashable {
    /// The event's name; `message` when the stream gives none.
    public var name: String
    /// The data lines, joined with line feeds.
    public var data: String
    /// The last id that the stream gave, empty when none.
    public var id: String

    /// Makes an event.
    public init(name: String = "message", data: String, id: String = "") {
        self.name = name
        self.data = data
        self.id = id
    }
}

/// An event stream broke one of the parser's limits.
public enum ServerSentEventError: Error, Sendable, Hashable {
    /// A line, or the data of one event, is longer than `limit` bytes.
    case tooLong(limit: Int)
    /// A line is not UTF-8.
    case invalidUTF8
}
