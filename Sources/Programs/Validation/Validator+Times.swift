internal import Marshalling
internal import Signatures

extension Validator {
    /// A value of Python's standard library: itself, or a text or number that says the same.
    mutating func standard(_ value: PythonValue, as type: StandardType, at path: String) -> PythonValue? {
        switch type {
        case .date: date(value, at: path)
        case .datetime: dateTime(value, at: path)
        case .time: time(value, at: path)
        case .timedelta: timeDelta(value, at: path)
        case .decimal: decimal(value, at: path)
        case .fraction: fraction(value, at: path)
        case .uuid: uuid(value, at: path)
        case .path: filePath(value, at: path)
        }
    }

    private mutating func date(_ value: PythonValue, at path: String) -> PythonValue? {
        if PythonDate(value) != nil { return take(value, .exact) }
        let written = value.writtenBytes.flatMap(DateText.date)
        // What is no date may be a point in time at midnight.
        guard let date = written ?? Self.moment(value)?.dateAtMidnight, date.year > 0 else {
            return fail(value, as: .standard(.date), at: path)
        }
        return take(date.pythonValue, .lax)
    }

    private mutating func dateTime(_ value: PythonValue, at path: String) -> PythonValue? {
        // One whose zone has no Swift form is a `datetime` all the same.
        if value.payload(of: "datetime") != nil { return take(value, .exact) }
        let midnight = PythonTime(hour: 0, minute: 0)
        let written = value.writtenBytes.flatMap(DateText.date) ?? PythonDate(value)
        let found = Self.moment(value) ?? written.map { PythonDateTime(date: $0, time: midnight) }
        guard let found, found.date.year > 0 else { return fail(value, as: .standard(.datetime), at: path) }
        return take(found.pythonValue, .lax)
    }

    /// The point in time that a value is, or says as a text or as seconds since 1970.
    private static func moment(_ value: PythonValue) -> PythonDateTime? {
        switch value {
        case .string, .bytes: value.writtenBytes.flatMap(DateText.dateTime)
        case .bool: nil
        case .int(let seconds): Timestamp.dateTime(seconds)
        default: PythonDateTime(value) ?? value.asFloat.flatMap(Timestamp.dateTime)
        }
    }

    private mutating func time(_ value: PythonValue, at path: String) -> PythonValue? {
        if value.payload(of: "time") != nil { return take(value, .exact) }
        let found: PythonTime? =
            switch value {
            case .string, .bytes: value.writtenBytes.flatMap { TimeText.time($0[...]) }
            case .bool: nil
            case .int(let seconds): Timestamp.time(seconds)
            default: value.asFloat.flatMap(Timestamp.time)
            }
        guard let found else { return fail(value, as: .standard(.time), at: path) }
        return take(found.pythonValue, .lax)
    }

    private mutating func timeDelta(_ value: PythonValue, at path: String) -> PythonValue? {
        if PythonTimeDelta(value) != nil { return take(value, .exact) }
        let found: DurationText.Parts? =
            switch value {
            case .string, .bytes: value.writtenBytes.flatMap(DurationText.value)
            case .bool(let flag): Timestamp.duration(flag ? 1 : 0)
            case .int(let seconds): Timestamp.duration(seconds)
            default: value.asFloat.flatMap(Timestamp.duration)
            }
        guard let found else { return fail(value, as: .standard(.timedelta), at: path) }
        guard let delta = found.timeDelta else {
            // The one number of days that Python itself refuses.
            isAborted = true
            return fail(value, as: .standard(.timedelta), at: path)
        }
        return take(delta.pythonValue, .lax)
    }
}

extension PythonValue {
    /// The bytes of a text, or bytes: dates and times are read from either.
    fileprivate var writtenBytes: [UInt8]? {
        switch self {
        case .string(let text): Array(text.utf8)
        case .bytes(let bytes): bytes
        default: nil
        }
    }
}

extension PythonDateTime {
    /// The day, if the time is midnight in whatever zone.
    fileprivate var dateAtMidnight: PythonDate? {
        time.hour == 0 && time.minute == 0 && time.second == 0 && time.microsecond == 0 ? date : nil
    }
}
