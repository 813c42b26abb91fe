import Vocabulary

/// What operators compute.
extension ExpressionMachine {
    /// The result of an operator for the two values of the step; `and` and `or` are jumps and never come here.
    mutating func apply(_ operation: ExpressionOperator) throws(ExpressionError) -> JSONValue {
        switch operation {
        case .or, .and: return .null
        case .equal: return .boolean(try isEqual(arguments[0], arguments[1]))
        case .notEqual: return .boolean(!(try isEqual(arguments[0], arguments[1])))
        case .less: return .boolean(try order(for: operation) < 0)
        case .lessOrEqual: return .boolean(try order(for: operation) <= 0)
        case .greater: return .boolean(try order(for: operation) > 0)
        case .greaterOrEqual: return .boolean(try order(for: operation) >= 0)
        case .isIn: return .boolean(try isIn(operation))
        case .isNotIn: return .boolean(!(try isIn(operation)))
        case .matches: return .boolean(try matches())
        case .add: return try sum()
        case .subtract, .multiply: return try product(operation)
        case .divide, .remainder: return try quotient(operation)
        }
    }

    /// The number with the other sign.
    func negated() throws(ExpressionError) -> JSONValue {
        switch arguments[0] {
        case .integer(let whole):
            guard whole != .min else { throw error(.numberTooLarge) }
            return .integer(-whole)
        case .number(let decimal): return .number(-decimal)
        default: throw wrong(0, needed: "a number")
        }
    }

    /// Whether two values are the same: texts byte by byte, whole numbers and decimals by what they are worth.
    mutating func isEqual(_ left: JSONValue, _ right: JSONValue) throws(ExpressionError) -> Bool {
        try spend(1)
        switch (left, right) {
        case (.null, .null): return true
        case (.boolean(let left), .boolean(let right)): return left == right
        case (.integer, .integer), (.integer, .number), (.number, .integer), (.number, .number):
            return ExpressionNumber.order(left, right) == 0
        case (.string(let left), .string(let right)):
            guard left.utf8.count == right.utf8.count else { return false }
            try spend(left.utf8.count / 2)
            return left.utf8.elementsEqual(right.utf8)
        case (.array(let left), .array(let right)):
            guard left.count == right.count else { return false }
            for (left, right) in zip(left, right) where !(try isEqual(left, right)) { return false }
            return true
        case (.object(let left), .object(let right)):
            guard left.count == right.count else { return false }
            for (name, value) in left {
                guard let other = right[name], try isEqual(value, other) else { return false }
            }
            return true
        default: return false
        }
    }

    /// The order of two numbers or two texts: negative, zero or positive; nil for anything else.
    mutating func order(_ left: JSONValue, _ right: JSONValue) throws(ExpressionError) -> Int? {
        guard case .string(let left) = left, case .string(let right) = right else { return ExpressionNumber.order(left, right) }
        try spend(min(left.utf8.count, right.utf8.count) / 2)
        if left.utf8.lexicographicallyPrecedes(right.utf8) { return -1 }
        return left.utf8.elementsEqual(right.utf8) ? 0 : 1
    }

    private mutating func order(for operation: ExpressionOperator) throws(ExpressionError) -> Int {
        for index in 0...1 where arguments[index] == .null { throw wrong(index, needed: "a number") }
        if let order = try order(arguments[0], arguments[1]) { return order }
        throw error(.wrongPair(operation: operation.rawValue, left: arguments[0].kind, right: arguments[1].kind))
    }

    private mutating func isIn(_ operation: ExpressionOperator) throws(ExpressionError) -> Bool {
        switch (arguments[0], arguments[1]) {
        case (let value, .array(let items)):
            for item in items where try isEqual(item, value) { return true }
            return false
        case (.string(let part), .string(let whole)):
            try spend(part.utf8.count + whole.utf8.count)
            return ExpressionTexts.offsets(of: part, in: Array(whole.utf8), most: 1) != []
        case (.string(let name), .object(let fields)): return fields[name] != nil
        case (.null, .string), (.null, .object): throw wrong(0, needed: "a text")
        case (_, .string), (_, .object):
            throw error(.wrongPair(operation: operation.rawValue, left: arguments[0].kind, right: arguments[1].kind))
        default: throw wrong(1, needed: "a list, a text or an object")
        }
    }

    /// Looks for a pattern that is computed.
    private mutating func matches() throws(ExpressionError) -> Bool {
        _ = try string(0)
        let pattern = try readText(1)
        let compiled: SearchPattern
        do {
            compiled = try SearchPattern(pattern, anchors: .text)
        } catch {
            throw self.error(.unreadablePattern(error.detail, position: error.position), at: 1)
        }
        return try isFound(compiled)
    }

    private mutating func sum() throws(ExpressionError) -> JSONValue {
        switch (arguments[0], arguments[1]) {
        case (.string(let left), .string(let right)):
            guard left.utf8.count + right.utf8.count <= ExpressionLimit.bytes else { throw error(.textTooLong) }
            try spend((left.utf8.count + right.utf8.count) / 8)
            return .string(left + right)
        case (.array(let left), .array(let right)):
            guard left.count + right.count <= ExpressionLimit.elements else { throw error(.listTooLong) }
            try spend(left.count + right.count)
            return .array(left + right)
        default: return try product(.add)
        }
    }

    /// `+`, `-` and `*` of numbers.
    private func product(_ operation: ExpressionOperator) throws(ExpressionError) -> JSONValue {
        if case .integer(let left) = arguments[0], case .integer(let right) = arguments[1] {
            let (result, isTooLarge) =
                switch operation {
                case .add: left.addingReportingOverflow(right)
                case .subtract: left.subtractingReportingOverflow(right)
                default: left.multipliedReportingOverflow(by: right)
                }
            guard !isTooLarge else { throw error(.numberTooLarge) }
            return .integer(result)
        }
        let (left, right) = try decimals(operation)
        switch operation {
        case .add: return .number(left + right)
        case .subtract: return .number(left - right)
        default: return .number(left * right)
        }
    }

    /// `/` and `%`. Whole numbers stay whole where nothing remains; the remainder has the sign of what is divided.
    private func quotient(_ operation: ExpressionOperator) throws(ExpressionError) -> JSONValue {
        let (left, right) = try decimals(operation)
        guard right != 0 else { throw error(.divisionByZero, at: 1) }
        if case .integer(let dividend) = arguments[0], case .integer(let divisor) = arguments[1] {
            if operation == .remainder { return .integer(divisor == -1 ? 0 : dividend % divisor) }
            if divisor == -1 { return try product(.multiply) }
            if dividend % divisor == 0 { return .integer(dividend / divisor) }
        }
        return .number(operation == .divide ? left / right : left.truncatingRemainder(dividingBy: right))
    }

    private func decimals(_ operation: ExpressionOperator) throws(ExpressionError) -> (Double, Double) {
        for index in 0...1 where arguments[index] == .null { throw wrong(index, needed: "a number") }
        if let left = ExpressionNumber.decimal(arguments[0]), let right = ExpressionNumber.decimal(arguments[1]) { return (left, right) }
        if operation == .add {
            throw error(.wrongPair(operation: operation.rawValue, left: arguments[0].kind, right: arguments[1].kind))
        }
        throw wrong(ExpressionNumber.decimal(arguments[0]) == nil ? 0 : 1, needed: "a number")
    }
}
