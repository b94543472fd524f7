/// What Python 3.11's `str` methods say of one character. Python 3.11 knows Unicode 14; characters that came later are unassigned in it.
extension Unicode.Scalar {
    /// `str.isspace`
    var isPythonSpace: Bool {
        switch value {
        case 0x09...0x0D, 0x1C...0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
        default: false
        }
    }

    /// `str.isalpha`
    var isPythonAlpha: Bool {
        if isASCII { return isASCIILetter }
        guard isKnownToPython else { return false }
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: return true
        default: return false
        }
    }

    /// `str.isdigit`
    var isPythonDigit: Bool {
        if isASCII { return isASCIIDigit }
        guard isKnownToPython else { return false }
        return properties.numericType == .decimal || properties.numericType == .digit
    }

    /// `str.isalnum`
    var isPythonAlphanumeric: Bool {
        if isASCII { return isASCIILetter || isASCIIDigit }
        return isPythonAlpha || (properties.numericType != nil && isKnownToPython)
    }

    /// `0` to `9`
    var isASCIIDigit: Bool { ("0"..."9").contains(self) }

    /// `0` to `9`, `a` to `f`, `A` to `F`
    var isASCIIHexDigit: Bool { isASCIIDigit || ("a"..."f").contains(self) || ("A"..."F").contains(self) }

    private var isASCIILetter: Bool { ("a"..."z").contains(self) || ("A"..."Z").contains(self) }

    /// Whether the character is assigned in Unicode 14.
    var isKnownToPython: Bool {
        guard let age = properties.age else { return false }
        return age.major <= 14
    }
}
