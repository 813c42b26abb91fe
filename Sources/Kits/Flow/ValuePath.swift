import Vocabulary

/// A way into a JSON value, written as captures write it: `body.items[0].name`, `body["a name"].b`.
package struct ValuePath: Hashable, Sendable {
    /// As it was written.
    package let text: String
    private let path: CapturePath

    /// Reads a path.
    /// - Throws: `ValuePathError` when it cannot be read.
    package init(_ text: String) throws(ValuePathError) {
        self.text = text
        do throws(CaptureError) { path = try CapturePath(text) } catch { throw ValuePathError(error) }
    }

    /// The field with which it begins; nil when it does not begin with one.
    package var first: String? {
        if case .field(let name)? = path.parts.first { return name }
        return nil
    }

    /// What stands there; nil when nothing does, or null.
    /// - Throws: `ValuePathError` when there is something else on the way than an object or a list.
    package func value(in all: JSONValue) throws(ValuePathError) -> JSONValue? {
        do throws(CaptureError) {
            let value = try path.value(in: all)
            return value == .null ? nil : value
        } catch {
            let error = ValuePathError(error)
            if error.isAbsence { return nil }
            throw error
        }
    }
}

/// Why a path cannot be read or followed.
package struct ValuePathError: Error, Hashable, Sendable, CustomStringConvertible {
    private let error: CaptureError

    init(_ error: CaptureError) { self.error = error }

    /// Whether there is simply nothing.
    var isAbsence: Bool {
        switch error.reason {
        case .noField, .noElement: true
        case .wrongType(_, let kind, _): kind == JSONValue.null.kind
        default: false
        }
    }

    /// One sentence: what is wrong and what to do.
    package var description: String {
        switch error.reason {
        case .unreadablePath(let detail):
            "The path cannot be read" + (error.column.map { " at its character \($0)" } ?? "") + ": \(detail)."
        case .wrongType(let within, let kind, let needed): "\(within ?? "All of it") is \(kind), not \(needed)."
        default: error.description
        }
    }
}

/// Places in a JSON value that are not shown: paths such as `body.password`, in which `[*]` means every element or field.
package struct ValueMask: Hashable, Sendable {
    private let paths: [CapturePath]

    /// What is shown in place of a value.
    package static let mask = "•••"

    /// Reads paths.
    /// - Throws: `ValuePathError` for the first that cannot be read.
    package init(_ texts: [String]) throws(ValuePathError) {
        var paths: [CapturePath] = []
        for text in texts {
            do throws(CaptureError) { paths.append(try CapturePath(text, mayMeanMany: true)) } catch { throw ValuePathError(error) }
        }
        self.paths = paths
    }

    /// The value with everything at these places masked; where there is nothing, nothing changes.
    package func masking(_ value: JSONValue) -> JSONValue {
        paths.reduce(value) { Self.masking($0, at: $1.parts[...]) }
    }

    private static func masking(_ value: JSONValue, at parts: ArraySlice<CapturePath.Part>) -> JSONValue {
        guard let part = parts.first else { return value == .null ? value : .string(mask) }
        let rest = parts.dropFirst()
        switch (part, value) {
        case (.field(let name), .object(var fields)):
            if let field = fields[name] { fields[name] = masking(field, at: rest) }
            return .object(fields)
        case (.element(let number), .array(var items)):
            let position = number < 0 ? items.count + number : number
            if items.indices.contains(position) { items[position] = masking(items[position], at: rest) }
            return .array(items)
        case (.each, .array(let items)): return .array(items.map { masking($0, at: rest) })
        case (.each, .object(let fields)): return .object(fields.mapValues { masking($0, at: rest) })
        default: return value
        }
    }
}
