import Vocabulary

/// Runs the program of an expression.
struct ExpressionMachine {
    /// The text of the expression, for messages.
    let text: String
    private let values: ExpressionValues
    /// How many steps are left.
    private var work: Int
    private var stack: [JSONValue] = []
    private var step = ExpressionStep(action: .demand, span: 0..<0, operands: [])
    /// The values that the step takes.
    private(set) var arguments: [JSONValue] = []

    init(text: String, values: ExpressionValues, work: Int) {
        self.text = text
        self.values = values
        self.work = work
    }

    mutating func run(_ program: [ExpressionStep]) throws(ExpressionError) -> JSONValue {
        var next = 0
        while next < program.count {
            step = program[next]
            next = try perform() ?? next + 1
        }
        return stack.last ?? .null
    }

    /// Does the step; returns where it jumps to if it does.
    private mutating func perform() throws(ExpressionError) -> Int? {
        try spend(1)
        arguments = Array(stack.suffix(step.operands.count))
        switch step.action {
        case .decide(let flag, let target):
            if try boolean(0) == flag { return target }
            stack.removeLast()
            return nil
        case .demand:
            _ = try boolean(0)
            return nil
        case .fallback(let target):
            guard stack.last == .null else { return target }
            stack.removeLast()
            return nil
        default:
            let value = try result()
            stack.removeLast(arguments.count)
            stack.append(try checked(value))
            return nil
        }
    }

    private mutating func result() throws(ExpressionError) -> JSONValue {
        switch step.action {
        case .push(let value): return value
        case .read(let path): return try read(path)
        case .field(let name): return try field(name, of: arguments[0], named: written(0))
        case .index: return try element()
        case .list(let count):
            try spend(count)
            return .array(arguments)
        case .not: return .boolean(!(try boolean(0)))
        case .negate: return try negated()
        case .apply(let operation): return try apply(operation)
        case .matches(let pattern): return .boolean(try isFound(pattern))
        case .call(let function, _): return try call(function)
        case .decide, .demand, .fallback: return .null
        }
    }

    // MARK: Names and elements

    private func read(_ path: [String]) throws(ExpressionError) -> JSONValue {
        var value = path.first.map { values[$0] } ?? .null
        for (index, part) in path.enumerated().dropFirst() {
            _ = try checked(value)
            guard case .object(let fields) = value else {
                value = try field(part, of: value, named: ExpressionReference.name(of: path.prefix(index)))
                continue
            }
            value = fields[part] ?? .null
        }
        return value
    }

    private func field(_ name: String, of value: JSONValue, named written: String) throws(ExpressionError) -> JSONValue {
        switch value {
        case .object(let fields): return fields[name] ?? .null
        case .null: return .null
        default:
            throw ExpressionError(.wrongType(written, is: value.kind, needed: "an object with fields"), in: text, at: place(0))
        }
    }

    private func element() throws(ExpressionError) -> JSONValue {
        switch (arguments[0], arguments[1]) {
        case (.null, _): return .null
        case (.array(let items), .integer(let index)):
            let position = index < 0 ? index + Int64(items.count) : index
            return position >= 0 && position < items.count ? items[Int(position)] : .null
        case (.object(let fields), .string(let name)): return fields[name] ?? .null
        case (.array, _): throw wrong(1, needed: "a whole number")
        case (.object, _): throw wrong(1, needed: "a text")
        default: throw wrong(0, needed: "a list or an object")
        }
    }

    // MARK: What steps ask for

    /// Counts work.
    mutating func spend(_ steps: Int) throws(ExpressionError) {
        work -= steps
        guard work >= 0 else { throw error(.tooMuchWork) }
    }

    /// An error at the step itself.
    func error(_ reason: ExpressionError.Reason) -> ExpressionError {
        ExpressionError(reason, in: text, at: step.span.lowerBound)
    }

    /// An error at one of the values.
    func error(_ reason: ExpressionError.Reason, at index: Int) -> ExpressionError {
        ExpressionError(reason, in: text, at: place(index))
    }

    /// A value is null, or of another type than the step needs.
    func wrong(_ index: Int, needed: String) -> ExpressionError {
        let value = arguments[index]
        return error(value == .null ? .missing(written(index)) : .wrongType(written(index), is: value.kind, needed: needed), at: index)
    }

    /// What was written for a value.
    func written(_ index: Int) -> String { Self.excerpt(of: text, step.operands[index]) }

    private func place(_ index: Int) -> Int { index < step.operands.count ? step.operands[index].lowerBound : step.span.lowerBound }

    func boolean(_ index: Int) throws(ExpressionError) -> Bool {
        guard case .boolean(let flag) = arguments[index] else { throw wrong(index, needed: "true or false") }
        return flag
    }

    func string(_ index: Int) throws(ExpressionError) -> String {
        guard case .string(let text) = arguments[index] else { throw wrong(index, needed: "a text") }
        return text
    }

    /// A text, all of which is going to be looked at.
    mutating func readText(_ index: Int) throws(ExpressionError) -> String {
        let text = try string(index)
        try spend(text.utf8.count)
        return text
    }

    func list(_ index: Int) throws(ExpressionError) -> [JSONValue] {
        guard case .array(let items) = arguments[index] else { throw wrong(index, needed: "a list") }
        return items
    }

    func whole(_ index: Int) throws(ExpressionError) -> Int64 {
        guard case .integer(let whole) = arguments[index] else { throw wrong(index, needed: "a whole number") }
        return whole
    }

    /// The value if it is within the limits.
    func checked(_ value: JSONValue) throws(ExpressionError) -> JSONValue {
        switch value {
        case .string(let text) where text.utf8.count > ExpressionLimit.bytes: throw error(.textTooLong)
        case .array(let items) where items.count > ExpressionLimit.elements: throw error(.listTooLong)
        case .number(let decimal) where !decimal.isFinite: throw error(.numberTooLarge)
        default: return value
        }
    }

    /// Looks for a pattern in the first value.
    mutating func isFound(_ pattern: SearchPattern) throws(ExpressionError) -> Bool {
        let found = pattern.firstMatch(in: Array(try string(0).utf8), work: &work) != nil
        try spend(0)
        return found
    }

    /// A part of an expression for a message: on one line, and not too long.
    static func excerpt(of text: String, _ span: Range<Int>) -> String {
        let bytes = text.utf8.dropFirst(span.lowerBound).prefix(span.count)
        let words = String(decoding: bytes, as: UTF8.self).split { $0 == " " || $0 == "\t" || $0.isNewline }.joined(separator: " ")
        return words.count <= 60 ? words : words.prefix(59) + "…"
    }
}
