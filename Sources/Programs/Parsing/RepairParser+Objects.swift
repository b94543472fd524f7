internal import Marshalling

extension RepairParser {
    /// The object whose opening brace has been read, or whose first key begins here; a list when it turns out to hold no members.
    mutating func object() throws(JSONRepairError) -> PythonValue {
        let start = text.index
        let isMemberValue = context.current == .objectValue
        var members = JSONMembers()
        while try member(into: &members, splittingDuplicates: !isMemberValue) {}
        text.index += 1
        if let instead = try valueInsteadOfEmptyObject(members, from: start) { return instead }
        return try completed(&members)
    }

    /// Reads the next member, if there is one.
    ///
    /// - Returns: whether the object goes on behind it.
    private mutating func member(
        into members: inout JSONMembers, splittingDuplicates: Bool
    ) throws(JSONRepairError) -> Bool {
        try text.checkWork()
        skipWhitespaceAndComments()
        switch text.current {
        case nil, "}"?: return false
        case ","?:
            text.index += 1
            return true
        case ":"?: text.index += 1
        default: break
        }
        let (key, keyStart) = try key(of: &members)
        if splittingDuplicates, context.contains(.array), members.contains(key), beginsNextObject(keyStart) {
            // The element of an array repeats a key: its closing brace and the next one's opening brace were left out.
            text.replace(keyStart..<keyStart, with: CollectionOfOne("{"))
            text.index = keyStart - 1
            return false
        }
        skipWhitespaceAndComments()
        guard let next = text.current, next != "}" else { return true }
        text.index += 1
        members.set(key, try memberValue())
        if text.current.isOne(of: ",", "'", "\"") { text.index += 1 }
        if text.current == "]", context.contains(.array) {
            text.index -= 1
            return false
        }
        return true
    }

    // MARK: Keys

    private mutating func key(
        of members: inout JSONMembers
    ) throws(JSONRepairError) -> (key: PythonValue, start: Int) {
        context.enter(.objectKey)
        defer { context.leave() }
        var key: PythonValue = ""
        var start = text.index
        while let character = text.current {
            try text.checkWork()
            start = text.index
            if character == "[", try continueLastArray(of: &members) { continue }
            key = try string()
            switch key {
            case .string(let string) where string.isEmpty: skipWhitespaceAndComments()
            case .string, .surrogateString: return (key, start)
            default: throw .keyIsNoText
            }
            if text.current.isOne(of: ":", "}") { break }
        }
        return (key, start)
    }

    /// Whether a key that was there before begins another object: unless it is quoted, behind a comma and before a colon.
    private mutating func beginsNextObject(_ keyStart: Int) -> Bool {
        var before = keyStart - 1 - text.index
        while let character = text[before], character.isPythonSpace { before -= 1 }
        text.spend(keyStart - text.index - before)
        let isPlainMember =
            text[keyStart - text.index].isQuote && text[before] == "," && text[text.whitespaceEnd(from: 0)] == ":"
        return !isPlainMember
    }

    /// Adds an array that stands where a key should be to the last member's value, if that is a list.
    private mutating func continueLastArray(of members: inout JSONMembers) throws(JSONRepairError) -> Bool {
        guard members.endsInList else { return false }
        try descend()
        defer { ascend() }
        text.index += 1
        let new = try array()
        guard case .list(var rows) = members.takeLast() else { return false }
        text.spend(2 * rows.count)
        Self.append(new, to: &rows)
        members.setLast(.list(rows))
        skipWhitespaceAndComments()
        if text.current == "," { text.index += 1 }
        skipWhitespaceAndComments()
        return true
    }

    /// Adds more elements; where the rows so far are lists of one length, loose elements behind them become rows of that length, too.
    private static func append(_ new: [PythonValue], to rows: inout [PythonValue]) {
        let width = rows.lazy.compactMap(\.listCount).first ?? 0
        guard width > 0, rows.allSatisfy({ $0.listCount ?? width == width }) else {
            if new.count == 1, case .list(let inner) = new[0] { rows += inner } else { rows += new }
            return
        }
        let looseStart = (rows.lastIndex { $0.listCount != nil } ?? -1) + 1
        let loose = Array(rows[looseStart...])
        if !loose.isEmpty, loose.count.isMultiple(of: width) {
            rows.removeSubrange(looseStart...)
            for start in stride(from: 0, to: loose.count, by: width) {
                rows.append(.list(Array(loose[start..<start + width])))
            }
        }
        guard !new.isEmpty else { return }
        if new.allSatisfy({ $0.listCount != nil }) { rows += new } else { rows.append(.list(new)) }
    }

    // MARK: Values

    private mutating func memberValue() throws(JSONRepairError) -> PythonValue {
        context.enter(.objectValue)
        defer { context.leave() }
        skipWhitespaceAndComments()
        return text.current.isOne(of: ",", "}") ? "" : try value()
    }

    // MARK: Ends

    /// The object, once its closing brace has been read: outside of every container a comma and a quote behind it mean that it goes on.
    private mutating func completed(_ members: inout JSONMembers) throws(JSONRepairError) -> PythonValue {
        guard context.isEmpty else {
            if text.current == "}", context.current == .array { text.index += 1 }
            return .dict(members.dictionary)
        }
        text.skipWhitespace()
        if text.current == "," {
            text.index += 1
            text.skipWhitespace()
            guard text.current.isQuote else { return .dict(members.dictionary) }
            try descend()
            defer { ascend() }
            if case .dict(let more) = try object() {
                for entry in more { members.set(entry.key, entry.value) }
            }
        }
        return .dict(members.dictionary)
    }
}

extension JSONMembers {
    /// Whether the last member is a list, and its key is not empty.
    fileprivate var endsInList: Bool {
        guard let last, last.key.isTruthy, case .list = last.value else { return false }
        return true
    }
}

extension PythonValue {
    /// The length of a list; nil for any other value.
    fileprivate var listCount: Int? { if case .list(let elements) = self { elements.count } else { nil } }
}
