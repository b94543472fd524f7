/// One thing that has happened in a watched folder, as the kernel reports it (`inotify(7)`).
struct FileEvent: Sendable, Hashable {
    /// What has happened; the kernel's numbers.
    struct Kind: OptionSet, Sendable, Hashable {
        let rawValue: UInt32

        /// A file that was open to be written has been closed.
        static let written = Kind(rawValue: 0x8)
        static let movedAway = Kind(rawValue: 0x40)
        static let movedHere = Kind(rawValue: 0x80)
        static let made = Kind(rawValue: 0x100)
        static let deleted = Kind(rawValue: 0x200)
        /// The folder itself.
        static let folderDeleted = Kind(rawValue: 0x400)
        static let folderMoved = Kind(rawValue: 0x800)
        /// Events have been lost, because too many came at once.
        static let overflow = Kind(rawValue: 0x4000)
        /// The folder is not watched any more, because it is gone.
        static let ended = Kind(rawValue: 0x8000)
        /// What it happened to is a folder.
        static let isFolder = Kind(rawValue: 0x4000_0000)
    }

    /// The number of the folder's watch.
    var watch: Int32
    var kind: Kind
    /// The file's name in the folder; empty when it is about the folder itself.
    var name: String

    /// Reads what the kernel wrote; an event that is cut off, which the kernel never writes, ends it.
    static func read(_ bytes: some Collection<UInt8>) -> [FileEvent] {
        var events: [FileEvent] = []
        var rest = bytes[...]
        while rest.count >= 16 {
            let number = { (place: Int) in
                rest.dropFirst(place).prefix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            }
            let (watch, kind, length) = (number(0), number(4), Int(number(12)))
            rest = rest.dropFirst(16)
            guard rest.count >= length else { break }
            // The name is filled up with zeroes.
            let name = String(decoding: rest.prefix(length).prefix { $0 != 0 }, as: UTF8.self)
            rest = rest.dropFirst(length)
            events.append(FileEvent(watch: Int32(bitPattern: watch), kind: Kind(rawValue: kind), name: name))
        }
        return events
    }
}
