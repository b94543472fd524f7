import DSPex
import Foundation

/// JSON files that are named on the command line, read as Python reads them: keys keep their order, integers any size.
enum JSONFile {
    /// - Throws: ``Failure`` with ``Status/usage``, naming the option, the file and the place.
    static func value(at path: String, _ option: String) throws(Failure) -> PythonValue {
        let text: String
        do { text = try String(contentsOfFile: path, encoding: .utf8) } catch {
            throw Failure(.usage, "\(option): the file \(path) cannot be read as text in UTF-8")
        }
        do { return try PythonValue(pythonJSON: text) } catch {
            throw Failure(.usage, "\(option): \(path): \(error)")
        }
    }

    static func object(at path: String, _ option: String) throws(Failure) -> PythonDictionary {
        guard let object = try value(at: path, option).dict else {
            throw Failure(.usage, "\(option): \(path) must hold one JSON object")
        }
        return object
    }

    static func array(at path: String, _ option: String) throws(Failure) -> [PythonValue] {
        guard case .list(let elements) = try value(at: path, option) else {
            throw Failure(.usage, "\(option): \(path) must hold a JSON array")
        }
        return elements
    }

    static func objects(at path: String, _ option: String) throws(Failure) -> [PythonDictionary] {
        let elements = try array(at: path, option)
        let objects = elements.compactMap(\.dict)
        guard objects.count == elements.count else {
            throw Failure(.usage, "\(option): \(path) must hold an array of objects")
        }
        return objects
    }
}
