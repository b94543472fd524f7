internal import Marshalling

extension RepairParser {
    /// The elements of the array whose opening bracket has been read.
    mutating func array(closedBy closing: Unicode.Scalar = "]") throws(JSONRepairError) -> [PythonValue] {
        let isMemberValue = context.current == .objectValue
        context.enter(.array)
        defer { context.leave() }
        var elements: [PythonValue] = []
        var containers = 0
        while true {
            try text.checkWork()
            skipWhitespaceAndComments()
            guard let character = text.current, character != closing, character != "}" else { break }
            if character == "," {
                text.index += 1
                continue
            }
            let element: PythonValue
            if !character.isQuote {
                element = try value()
            } else if !startsMember(quote: character) {
                element = try string()
            } else if isMemberValue, !elements.isEmpty, containers == 0 {
                // Scalars, and then a member: the array was not closed, and the member is its object's next one.
                return elements
            } else {
                element = try object()
            }
            if element.isEmptyContainer, !text.current.isOne(of: closing, ",") {
                text.index += 1
            } else if !(element.isEllipsisText && text[-1] == ".") {
                if element.isContainer { containers += 1 }
                elements.append(element)
            }
        }
        text.index += 1
        return elements
    }

    /// Whether the string that begins here is followed by a colon.
    private mutating func startsMember(quote: Unicode.Scalar) -> Bool {
        let end = text.find(.one(quote), from: 1)
        return text[text.whitespaceEnd(from: end + 1)] == ":"
    }
}

extension PythonValue {
    fileprivate var isEllipsisText: Bool { if case .string("...") = self { true } else { false } }
}
