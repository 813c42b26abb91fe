import Vocabulary

/// A way into a JSON value: `items[0].name`, `["a name"].b`; `.` is the value itself.
struct CapturePath: Hashable, Sendable {
    enum Part: Hashable, Sendable {
        case field(String)
        /// From 0, or negative from the end.
        case element(Int)
        /// Every field or element; only where a path means many places.
        case each
    }

    /// How many characters a path may have.
    static let longest = 1_000

    let parts: [Part]

    /// Reads a path.
    init(_ text: String, mayMeanMany: Bool = false) throws(CaptureError) {
        var parser = CapturePathParser(text, mayMeanMany: mayMeanMany)
        parts = try parser.parse()
    }

    /// What stands there in a value.
    func value(in all: JSONValue) throws(CaptureError) -> JSONValue {
        var value = all
        for (index, part) in parts.enumerated() {
            let within = index == 0 ? nil : Self.written(parts.prefix(index))
            switch (part, value) {
            case (.field(let name), .object(let fields)):
                guard let field = fields[name] else {
                    let nearest = Likeness.nearest(to: name, among: fields.keys.sorted().prefix(1_000).map { String($0.prefix(100)) })
                    throw CaptureError(.noField(name, within: within, suggestion: nearest))
                }
                value = field
            case (.element(let number), .array(let items)):
                let position = number < 0 ? items.count + number : number
                guard items.indices.contains(position) else {
                    throw CaptureError(.noElement(number, within: within, count: items.count))
                }
                value = items[position]
            case (.field(let name), _):
                throw CaptureError(.wrongType(within: within, is: value.kind, needed: "an object with a field \(name)"))
            case (.element, _): throw CaptureError(.wrongType(within: within, is: value.kind, needed: "a list"))
            case (.each, _): throw CaptureError(.wrongType(within: within, is: value.kind, needed: "a single place"))
            }
        }
        return value
    }

    private static func written(_ parts: ArraySlice<Part>) -> String {
        var text = ""
        for part in parts {
            switch part {
            case .element(let number): text += "[\(number)]"
            case .each: text += "[*]"
            case .field(let name) where !CapturePathParser.isPlain(name): text += "[\"\(name)\"]"
            case .field(let name): text += text.isEmpty ? name : ".\(name)"
            }
        }
        return text
    }
}

/// Reads the text of a path.
private struct CapturePathParser {
    private let scalars: [Unicode.Scalar]
    private let mayMeanMany: Bool
    private var position = 0

    init(_ text: String, mayMeanMany: Bool) {
        scalars = Array(text.unicodeScalars.prefix(CapturePath.longest + 1))
        self.mayMeanMany = mayMeanMany
    }

    static func isPlain(_ name: String) -> Bool { !name.isEmpty && name.unicodeScalars.allSatisfy(isPlain) }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        ![".", "[", "]", "\"", "'"].contains(scalar) && !scalar.properties.isWhitespace
    }

    mutating func parse() throws(CaptureError) -> [CapturePath.Part] {
        guard scalars.count <= CapturePath.longest else { throw error("it has more than \(CapturePath.longest) characters") }
        guard !scalars.isEmpty else { throw error("it is empty; . is the whole output") }
        if scalars == ["."] { return [] }
        var parts: [CapturePath.Part] = []
        while position < scalars.count {
            if take("[") {
                parts.append(try bracket())
            } else {
                guard take(".") || parts.isEmpty else { throw error("there must be a . or [ here") }
                if parts.isEmpty, take("[") {
                    parts.append(try bracket())
                } else {
                    parts.append(.field(try name()))
                }
            }
        }
        return parts
    }

    private var current: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    private func error(_ detail: String, at place: Int? = nil) -> CaptureError {
        CaptureError(.unreadablePath(detail), column: (place ?? position) + 1)
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard current == scalar else { return false }
        position += 1
        return true
    }

    private mutating func name() throws(CaptureError) -> String {
        let start = position
        while let scalar = current, Self.isPlain(scalar) { position += 1 }
        guard position > start else { throw error("there must be a name here; names with special characters are written [\"like this\"]") }
        return String(String.UnicodeScalarView(scalars[start..<position]))
    }

    private mutating func bracket() throws(CaptureError) -> CapturePath.Part {
        let open = position - 1
        let part: CapturePath.Part
        if let quote = current, quote == "\"" || quote == "'" {
            part = .field(try quoted(by: quote))
        } else if mayMeanMany, take("*") {
            part = .each
        } else {
            let start = position
            _ = take("-")
            while let scalar = current, ("0"..."9").contains(scalar) { position += 1 }
            guard let number = Int(String(String.UnicodeScalarView(scalars[start..<position]))), number != .min else {
                throw error("there must be a whole number or a name in quotes between [ and ]", at: start)
            }
            part = .element(number)
        }
        guard take("]") else { throw error("the [ that begins here is not closed", at: open) }
        return part
    }

    private mutating func quoted(by quote: Unicode.Scalar) throws(CaptureError) -> String {
        let open = position
        position += 1
        var name = String.UnicodeScalarView()
        while let scalar = current {
            position += 1
            if scalar == quote { return String(name) }
            if scalar == "\\", let escaped = current {
                position += 1
                guard escaped == quote || escaped == "\\" else {
                    throw error("only \\\" , \\' and \\\\ are escapes here", at: position - 2)
                }
                name.append(escaped)
            } else {
                name.append(scalar)
            }
        }
        throw error("the name that begins here has no closing quote", at: open)
    }
}
