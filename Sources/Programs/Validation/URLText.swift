/// As much of addresses and data URIs as DSPy's types look at.
enum URLText {
    /// Whether Python's `urlparse` finds the scheme `http`, `https` or `gs` and a host in a text.
    static func isRemote(_ text: String) -> Bool {
        let bytes = text.utf8.drop { $0 <= 0x20 }
            .filter { $0 != UInt8(ascii: "\t") && $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else { return false }
        let scheme = String(decoding: bytes[..<colon], as: UTF8.self).lowercasedASCII
        let rest = bytes[(colon + 1)...]
        guard ["http", "https", "gs"].contains(scheme), rest.starts(with: "//".utf8) else { return false }
        let host = rest.dropFirst(2).prefix { ![UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#")].contains($0) }
        guard !host.isEmpty else { return false }
        let (open, close) = (UInt8(ascii: "["), UInt8(ascii: "]"))
        guard host.contains(open) || host.contains(close) else { return true }
        // Brackets hold an address of IPv6, with nothing before them but a user and nothing behind them but a port; else `urlparse` raises.
        let name = host.lastIndex(of: UInt8(ascii: "@")).map { host[($0 + 1)...] } ?? host
        guard name.first == open, let end = name.firstIndex(of: close) else { return false }
        let port = name[(end + 1)...]
        return (port.isEmpty || port.first == UInt8(ascii: ":")) && isBracketedHost(name[..<end].dropFirst())
    }

    /// Whether Python allows this between the brackets of an address.
    private static func isBracketedHost(_ host: ArraySlice<UInt8>) -> Bool {
        if host.first == UInt8(ascii: "v") {
            let digits = host.dropFirst().prefix { Character(Unicode.Scalar($0)).isHexDigit }
            let rest = host.dropFirst(1 + digits.count)
            return !digits.isEmpty && rest.first == .point && rest.count > 1
        }
        let scoped = host.split(separator: UInt8(ascii: "%"), omittingEmptySubsequences: false)
        guard scoped.count <= 2, scoped.count == 1 || !scoped[1].isEmpty else { return false }
        var groups = scoped[0].split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        if let last = groups.last, last.contains(.point) {
            let numbers = last.split(separator: .point, omittingEmptySubsequences: false)
            guard numbers.count == 4, numbers.allSatisfy(isByte) else { return false }
            groups.replaceSubrange((groups.count - 1)..., with: [last.prefix(1), last.prefix(1)])
        }
        guard (3...9).contains(groups.count),
            groups.allSatisfy({ $0.count <= 4 && $0.allSatisfy { Character(Unicode.Scalar($0)).isHexDigit } })
        else { return false }
        // One run of zeros may be left out between colons; at an end both of them must be there.
        let gaps = groups.indices.dropFirst().dropLast().filter { groups[$0].isEmpty }
        let (first, last) = (groups[0].isEmpty, groups[groups.count - 1].isEmpty)
        guard let gap = gaps.first else { return groups.count == 8 && !first && !last }
        let isLeading = gap == 1 && first
        let isTrailing = gap == groups.count - 2 && last
        return gaps.count == 1 && first == isLeading && last == isTrailing
            && groups.count - 1 - (isLeading ? 1 : 0) - (isTrailing ? 1 : 0) < 8
    }

    private static func isByte(_ digits: ArraySlice<UInt8>) -> Bool {
        guard digits.allSatisfy(\.isDigit), digits.count == 1 || digits.first != .zero else { return false }
        return UInt8(String(decoding: digits, as: UTF8.self)) != nil
    }

    /// The data and the format of a data URI of sound.
    static func audio(_ text: String) -> (data: String, format: String)? {
        guard text.utf8.starts(with: "data:audio/".utf8) else { return nil }
        let parts = text.utf8.split(separator: UInt8(ascii: ","), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        var format = parts[0].dropFirst("data:audio/".utf8.count).prefix { $0 != UInt8(ascii: ";") }
        guard !format.isEmpty else { return nil }
        if format.starts(with: "x-".utf8) { format = format.dropFirst(2) }
        return (String(Substring(parts[1])), String(Substring(format)))
    }
}
