internal import Marshalling
internal import Signatures

/// DSPy 3.4.1's own types, as their validators (`dspy.adapters.types`) make them of dictionaries and texts. Nothing is fetched or read from disk.
extension Validator {
    mutating func dspy(_ value: PythonValue, as type: DSPyType, at path: String) -> PythonValue? {
        lower(to: .strict)
        switch type {
        case .image, .audio, .file, .tool:
            let exactness = exactness
            let found = constructed(value, as: type, at: path)
            // A dictionary is handed to a constructor of theirs, whose validation has nothing to do with that of a union around it.
            if case .dict = value { self.exactness = exactness }
            return found
        case .history: return history(value, at: path)
        case .toolCalls: return toolCalls(value, at: path)
        case .code: return wrapped(value, as: type, key: "code", at: path).map { .string(CodeFence.content(of: $0)) }
        case .reasoning: return wrapped(value, as: type, key: "content", at: path).map { .string($0) }
        }
    }

    private mutating func constructed(_ value: PythonValue, as type: DSPyType, at path: String) -> PythonValue? {
        switch type {
        case .image: image(value, at: path)
        case .audio: audio(value, at: path)
        case .file: file(value, at: path)
        default: tool(value, at: path)
        }
    }

    /// A text by itself, or at a key of a dictionary.
    private mutating func wrapped(_ value: PythonValue, as type: DSPyType, key: String, at path: String) -> String? {
        let found = if case .dict(let entries) = value { entries.value(named: key) } else { Optional(value) }
        guard let text = found?.string else {
            _ = fail(value, as: .dspy(type), at: path)
            return nil
        }
        count(fields: 1)
        return text
    }

    /// A picture is made of a dictionary with an address or data: a bare text is none here, although `dspy.Image(text)` takes it.
    private mutating func image(_ value: PythonValue, at path: String) -> PythonValue? {
        guard let entries = keywords(value, as: .image, at: path) else { return nil }
        guard entries.value(named: "download") == nil, entries.value(named: "verify") == nil else {
            isAborted = true
            return fail(value, expected: "dspy.Image without download and verify", at: path)
        }
        guard let source = entries.value(named: "url") else { return missing("url", in: path) }
        guard let url = Self.imageURL(source) else {
            return fail(source, expected: "an address (http, https, gs) or a data URI", at: "\(path).url")
        }
        guard only(["url"], in: entries, at: path) else { return nil }
        return .dict(["url": .string(String(url.trimmingWhiteSpace))])
    }

    private static func imageURL(_ source: PythonValue) -> String? {
        var source = source
        // More dictionaries within each other than any model writes may be one within itself.
        for _ in 0..<100 {
            guard case .dict(let entries) = source else { break }
            guard let inner = entries.value(named: "url") else { return nil }
            source = inner
        }
        guard case .string(let text) = source, text.utf8.starts(with: "data:".utf8) || URLText.isRemote(text) else {
            return nil
        }
        return text
    }

    private mutating func audio(_ value: PythonValue, at path: String) -> PythonValue? {
        switch value {
        case .dict:
            guard let entries = keywords(value, as: .audio, at: path, reserved: ["self"]) else { return nil }
            guard let data = entries.value(named: "data"), let format = entries.value(named: "audio_format") else {
                return fail(value, as: .dspy(.audio), at: path)
            }
            let fields = [text(data, at: "\(path).data"), text(format, at: "\(path).audio_format")].compactMap { $0 }
            guard only(["data", "audio_format"], in: entries, at: path), fields.count == 2 else { return nil }
            return .dict(["data": .string(fields[0]), "audio_format": .string(fields[1])])
        case .string(let text):
            guard let audio = URLText.audio(text) else { return fail(value, as: .dspy(.audio), at: path) }
            count(fields: 2)
            return .dict(["data": .string(audio.data), "audio_format": .string(audio.format)])
        case .bytes(let bytes):
            count(fields: 2)
            return .dict(["data": .string(Base64.text(of: bytes)), "audio_format": "wav"])
        default: return fail(value, as: .dspy(.audio), at: path)
        }
    }

    private mutating func file(_ value: PythonValue, at path: String) -> PythonValue? {
        let names = ["file_data", "file_id", "filename"]
        var content: String?
        switch value {
        case .dict:
            guard let entries = keywords(value, as: .file, at: path, reserved: ["self"]) else { return nil }
            guard names.contains(where: { entries.value(named: $0) != nil }) else {
                return fail(value, expected: "dspy.File with file_data, file_id or filename", at: path)
            }
            var fields: [PythonDictionary.Entry] = []
            for name in names {
                let found = entries.value(named: name) ?? PythonValue.none
                if found.isNone {
                    fields.append(.init(key: .string(name), value: .none))
                } else if let text = text(found, at: "\(path).\(name)") {
                    fields.append(.init(key: .string(name), value: .string(String(text.trimmingWhiteSpace))))
                }
            }
            guard only(names, in: entries, at: path), fields.count == names.count else { return nil }
            return .dict(PythonDictionary(fields))
        case .string(let text) where text.utf8.starts(with: "data:".utf8): content = String(text.trimmingWhiteSpace)
        case .bytes(let bytes): content = "data:application/octet-stream;base64,\(Base64.text(of: bytes))"
        default: break
        }
        guard let content else { return fail(value, as: .dspy(.file), at: path) }
        count(fields: 1)
        return .dict(["file_data": .string(content), "file_id": .none, "filename": .none])
    }

    private mutating func history(_ value: PythonValue, at path: String) -> PythonValue? {
        guard case .dict(let entries) = value else { return fail(value, as: .dspy(.history), at: path) }
        guard let messages = entries.value(named: "messages") else { return missing("messages", in: path) }
        let place = "\(path).messages"
        let isPlain = only(["messages"], in: entries, at: path)
        guard let turns = collection(messages, as: .list(.dict(.str, .any)), at: place)?.elements, isPlain else {
            return nil
        }
        count(fields: 1)
        return .dict(["messages": .list(turns.map(\.withTrimmedKeys))])
    }

    /// A tool has a function, so a model's answer never is one. Here it is what may be told of it: a name, a description, the arguments' schemas.
    private mutating func tool(_ value: PythonValue, at path: String) -> PythonValue? {
        guard case .dict(let entries) = value, entries.value(named: "func") == nil else {
            return fail(value, as: .dspy(.tool), at: path)
        }
        guard let name = entries.value(named: "name") else { return missing("name", in: path) }
        let validName = text(name, at: "\(path).name")
        let description = validate(
            entries.value(named: "desc") ?? PythonValue.none, as: .optional(.str), at: "\(path).desc")
        let arguments = validate(
            entries.value(named: "args") ?? .dict([:]), as: .dict(.str, .any), at: "\(path).args")
        guard let validName, let description, let arguments else { return nil }
        return .dict(["name": .string(validName), "desc": description, "args": arguments])
    }

    /// The entries of a dictionary that Python hands on as keyword arguments: keys that are no texts, or that are taken, raise a `TypeError`.
    private mutating func keywords(
        _ value: PythonValue, as type: DSPyType, at path: String, reserved: [String] = []
    ) -> PythonDictionary? {
        guard case .dict(let entries) = value else {
            _ = fail(value, as: .dspy(type), at: path)
            return nil
        }
        for entry in entries where entry.key.string == nil || reserved.contains(entry.key.string ?? "") {
            isAborted = true
            _ = fail(entry.key, expected: "the name of a field", at: "\(path) (key)")
            return nil
        }
        return entries
    }

    /// Whether there are no other keys than these.
    private mutating func only(_ names: [String], in entries: PythonDictionary, at path: String) -> Bool {
        let others = entries.keys.filter { !names.contains($0.string ?? "") }
        for key in others {
            problems.add("\(path).\(key.string?.prefix(60) ?? "<\(key.typeName)>")", .unknown(known: names))
        }
        return others.isEmpty
    }

    private mutating func missing(_ name: String, in path: String) -> PythonValue? {
        problems.add("\(path).\(name)", .missing(expected: "a value"))
        return nil
    }
}

extension PythonValue {
    /// A dictionary whose keys have no white space around them; of keys that become equal the last value counts.
    fileprivate var withTrimmedKeys: PythonValue {
        guard case .dict(let entries) = self else { return self }
        var trimmed = PythonDictionary()
        for entry in entries { trimmed[.string(String((entry.key.string ?? "").trimmingWhiteSpace))] = entry.value }
        return .dict(trimmed)
    }
}
