internal import Marshalling

extension RepairParser {
    /// The elements of the array whose opening bracket has been read.
    mutating func array(closedBy closing: Unicode.Scalar = "]") throws(JSONRepairError) -> [PythonValue] {
        let isMemberValue = context.current == .objectValue
        context.enter(.array)
        defer { context.leave() }
        var content = Content()
        elements: while true {
            let element: PythonValue
            switch try nextElement(closedBy: closing) {
            case .end:
                text.index += 1
                break elements
            case .value: element = try value()
            case .string: element = try string()
            case .member:
                // Scalars, and then a member: the array was not closed, and the member is its object's next one.
                if isMemberValue, content.isOfScalars { break elements }
                try descend()
                element = try object()
                ascend()
            }
            add(element, to: &content, closing: closing)
        }
        return content.elements
    }

    private struct Content {
        var elements: [PythonValue] = []
        var containers = 0

        var isOfScalars: Bool { !elements.isEmpty && containers == 0 }
    }

    private enum Element {
        case end, value, string
        /// A member of an object whose opening brace was left out.
        case member
    }

    private mutating func nextElement(closedBy closing: Unicode.Scalar) throws(JSONRepairError) -> Element {
        while true {
            try text.checkWork()
            skipWhitespaceAndComments()
            guard let character = text.current, character != closing, character != "}" else { return .end }
            guard character == "," else {
                return !character.isQuote ? .value : startsMember(quote: character) ? .member : .string
            }
            text.index += 1
        }
    }

    private mutating func add(_ element: PythonValue, to content: inout Content, closing: Unicode.Scalar) {
        if element.isEmptyContainer, !text.current.isOne(of: closing, ",") {
            text.index += 1
        } else if !(element.isEllipsisText && text[-1] == ".") {
            if element.isContainer { content.containers += 1 }
            content.elements.append(element)
        }
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
