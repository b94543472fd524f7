import DSPexMacros
import Marshalling
import Testing
@PythonCodable struct Weather: Equatable { /// In degrees.
 var temperature: Double; @PythonKey("class") var kind: Kind = .mixed; var warning: String?; var n = 3 }
@PythonCodable enum Kind { case mixed, sunny; @PythonKey("very-wet") case wet }
@PythonCodable enum Level: Int { case low = 1, high = 10 }
@PythonCodable indirect enum Shape: Equatable { case point; case circle(radius: Double), text(String), pair(a: Shape, b: Shape? = nil) }
@PythonCodable public struct Page<Item> { public var items: [Item]; var next: Int? }
@PythonCodable struct Tree { var children: [Tree] }
