/// A here-document whose body is still to come.
struct ShellHereDocument {
    /// The line that ends it.
    var delimiter: [UInt8] = []
    /// Whether tabs before a line are left out (`<<-`).
    var stripsTabs = false
    /// Whether its body is expanded, because no part of the delimiter is quoted.
    var isExpanded = true
}

extension ShellLexer {
    /// After `<`: reads the delimiter if it begins a here-document.
    mutating func beginHereDocument() throws(Doubt) {
        guard peek() == UInt8(ascii: "<") else { return }
        position += 1
        if peek() == UInt8(ascii: "<") {
            position += 1
            return
        }
        if words.isSubstitution { throw Doubt(reason: "there is a here-document inside $(...) before it") }
        var document = ShellHereDocument()
        if peek() == UInt8(ascii: "-") {
            document.stripsTabs = true
            position += 1
        }
        while peek() == UInt8(ascii: " ") || peek() == UInt8(ascii: "\t") { position += 1 }
        try readDelimiter(&document)
        guard !document.delimiter.isEmpty else { throw Doubt(reason: "there is a here-document without an end mark before it") }
        hereDocuments.append(document)
    }

    private mutating func readDelimiter(_ document: inout ShellHereDocument) throws(Doubt) {
        while position < units.count {
            guard let byte = peek() else { throw Doubt(reason: "it is the end mark of a here-document") }
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "%"), UInt8(ascii: ","):
                document.delimiter.append(byte)
                position += 1
            case UInt8(ascii: "'"), UInt8(ascii: "\""):
                document.isExpanded = false
                position += 1
                try readQuotedDelimiter(&document, end: byte)
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: ";"), UInt8(ascii: "|"), UInt8(ascii: "&"),
                UInt8(ascii: ">"), UInt8(ascii: "<"), UInt8(ascii: ")"):
                return
            default: throw Doubt(reason: "there is a here-document with an unusual end mark before it")
            }
        }
    }

    private mutating func readQuotedDelimiter(_ document: inout ShellHereDocument, end: UInt8) throws(Doubt) {
        while let unit = next() {
            guard case .byte(let byte) = unit,
                ![UInt8(ascii: "\n"), UInt8(ascii: "\\"), UInt8(ascii: "$"), UInt8(ascii: "`")].contains(byte)
            else { throw Doubt(reason: "there is a here-document with an unusual end mark before it") }
            if byte == end { return }
            document.delimiter.append(byte)
        }
    }

    /// After a line break: reads the bodies of the here-documents that were begun.
    mutating func readHereDocuments() throws(Doubt) {
        let documents = hereDocuments
        hereDocuments = []
        for document in documents {
            var isOpen = true
            while isOpen, position < units.count { isOpen = try readLine(of: document) }
        }
    }

    /// Reads a line; answers false if it ended the document.
    private mutating func readLine(of document: ShellHereDocument) throws(Doubt) -> Bool {
        var line: [UInt8] = []
        reading: while let unit = next() {
            switch unit {
            case .byte(UInt8(ascii: "\n")): break reading
            case .byte(let byte): line.append(byte)
            case .placeholder(let number):
                refuse(number, .hereDocument)
                line.append(0)
            }
        }
        if document.stripsTabs { line.removeFirst(line.prefix { $0 == UInt8(ascii: "\t") }.count) }
        if line == document.delimiter { return false }
        if document.isExpanded, !Self.isClosed(line) {
            throw Doubt(reason: "there is a here-document with an expansion over several lines before it")
        }
        return true
    }

    /// Whether nothing in an expanded line reaches into the next one.
    private static func isClosed(_ line: [UInt8]) -> Bool {
        func count(_ character: Unicode.Scalar) -> Int { line.count { $0 == UInt8(ascii: character) } }
        if line.last == UInt8(ascii: "\\") { return false }
        guard line.contains(UInt8(ascii: "$")) || line.contains(UInt8(ascii: "`")) else { return true }
        return count("(") == count(")") && count("{") == count("}") && count("`") % 2 == 0
    }
}
