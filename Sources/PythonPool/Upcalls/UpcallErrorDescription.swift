import Marshalling

/// A Swift error as Python is told of it.
enum UpcallErrorDescription {
    /// The dict that `_dspex.UpcallError` carries: `message`, `code`, the Swift `type`, the Python class to raise where one is named
    /// (`raises`), and what the error adds itself.
    static func of(_ error: any Error) -> PythonDictionary {
        var details: PythonDictionary = [
            "message": .string("\(error)"), "type": .string(String(reflecting: type(of: error))),
        ]
        switch error {
        case let failure as any UpcallFailure:
            for entry in failure.upcallDetails { details[entry.key] = entry.value }
            details["code"] = .string(failure.upcallCode)
        case let exception as PythonException:
            details["code"] = "python"
            details["message"] = .string(exception.message)
            details["raises"] = .string(exception.type)
        case PythonPoolError.raised(let exception):
            details["code"] = "python"
            details["message"] = .string(exception.message)
            details["raises"] = .string(exception.type)
        case is ArgumentError:
            details["code"] = "argument"
            details["raises"] = "TypeError"
        case is CancellationError: details["code"] = "cancelled"
        case is UnknownUpcall: details["code"] = "unknown_upcall"
        default: details["code"] = "host"
        }
        return details
    }
}
