/// Finds the outermost members of a JSON object without reading what is in them, which is much quicker for whoever looks at a million.
package struct LedgerScan: Sendable {
    private var members: [(name: ArraySlice<UInt8>, value: ArraySlice<UInt8>)] = []

    /// Takes a text without white space between its parts; nil for anything but one object.
    package init?(_ text: ArraySlice<UInt8>) {
        var place = text.startIndex
        func take(_ byte: Character) -> Bool {
            guard place < text.endIndex, text[place] == byte.asciiValue else { return false }
            place += 1
            return true
        }
        guard take("{") else { return nil }
        if take("}") {
            if place == text.endIndex { return }
            return nil
        }
        repeat {
            guard let name = Self.skipString(text, &place), take(":") else { return nil }
            let start = place
            guard Self.skipValue(text, &place) else { return nil }
            members.append((name.dropFirst().dropLast(), text[start..<place]))
        } while take(",")
        guard take("}"), place == text.endIndex else { return nil }
    }

    /// The texts of the items of a list; nil for anything but a list.
    package static func items(_ text: ArraySlice<UInt8>) -> [ArraySlice<UInt8>]? {
        guard text.first == UInt8(ascii: "["), text.last == UInt8(ascii: "]"), text.count >= 2 else { return nil }
        if text.count == 2 { return [] }
        var (items, place): ([ArraySlice<UInt8>], Int) = ([], text.startIndex + 1)
        while place < text.endIndex - 1 {
            let start = place
            guard skipValue(text, &place), place > start, place < text.endIndex else { return nil }
            items.append(text[start..<place])
            let end = text[place]
            guard end == UInt8(ascii: ",") || place == text.endIndex - 1 else { return nil }
            place += 1
        }
        return items
    }

    /// The names in order, as they stand there.
    package var names: [String] { members.map { String(decoding: $0.name, as: UTF8.self) } }

    /// The text of a member's value.
    package func value(_ name: StaticString) -> ArraySlice<UInt8>? {
        members.first { $0.name.elementsEqual(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)) }?.value
    }

    /// The text of a member that is a string without escapes.
    package func plain(_ name: StaticString) -> ArraySlice<UInt8>? {
        guard let value = value(name), value.count >= 2, value.first == UInt8(ascii: "\""), !value.contains(UInt8(ascii: "\\")) else {
            return nil
        }
        return value.dropFirst().dropLast()
    }

    /// The value of a member that is a whole number.
    package func number(_ name: StaticString) -> Int? {
        value(name).flatMap { Int(Substring(decoding: $0, as: UTF8.self)) }
    }

    /// Goes behind a string and returns it with its quotes.
    private static func skipString(_ text: ArraySlice<UInt8>, _ place: inout Int) -> ArraySlice<UInt8>? {
        guard place < text.endIndex, text[place] == UInt8(ascii: "\"") else { return nil }
        let start = place
        place += 1
        while place < text.endIndex {
            switch text[place] {
            case UInt8(ascii: "\""):
                place += 1
                return text[start..<place]
            case UInt8(ascii: "\\"): place += 2
            default: place += 1
            }
        }
        return nil
    }

    /// Goes behind a value, whatever it is.
    private static func skipValue(_ text: ArraySlice<UInt8>, _ place: inout Int) -> Bool {
        var depth = 0
        while place < text.endIndex {
            switch text[place] {
            case UInt8(ascii: "\""):
                guard skipString(text, &place) != nil else { return false }
                if depth == 0 { return true }
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return true }
                depth -= 1
                if depth == 0 {
                    place += 1
                    return true
                }
            case UInt8(ascii: ",") where depth == 0: return true
            default: break
            }
            place += 1
        }
        return false
    }
}
