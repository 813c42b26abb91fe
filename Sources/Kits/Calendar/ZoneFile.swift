/// Reads time zone data as the system has it (TZif, RFC 9636). Every file is read in a time that is bounded by its size.
enum ZoneFile {
    /// - Throws: `CalendarError.brokenZone` for anything else than a TZif file of version 2 or later.
    static func read(_ bytes: [UInt8], name: String) throws(CalendarError) -> Zone {
        var reader = Reader(bytes: bytes, name: name)
        let first = try reader.header()
        guard first.version >= UInt8(ascii: "2") else { throw .brokenZone(name) }
        try reader.skip(first.size(timeBytes: 4))
        let header = try reader.header()
        let times = try reader.many(header.times) { reader throws(CalendarError) in try reader.integer(8) }
        let kinds = try reader.many(header.times) { reader throws(CalendarError) in try reader.integer(1) }
        let types = try reader.many(header.types) { reader throws(CalendarError) in
            let offset = try reader.integer(4)
            try reader.skip(2)
            return offset
        }
        try reader.skip(header.characters + header.leaps * 12 + header.standards + header.universals)
        let footer = try reader.footer()
        guard let first = types.first, kinds.allSatisfy({ types.indices.contains(Int($0)) }), zip(times, times.dropFirst()).allSatisfy(<)
        else {
            throw .brokenZone(name)
        }
        return try zone(name, times, kinds.map { types[Int($0)] }, first: first, footer)
    }

    /// Changes that change nothing are left out, so that spans are as long as they can be.
    private static func zone(
        _ name: String, _ times: [Int64], _ listed: [Int64], first: Int64, _ footer: String
    ) throws(CalendarError) -> Zone {
        var (changes, offsets): ([Int64], [Int64]) = ([], [first])
        for (time, offset) in zip(times, listed) where offset != offsets.last {
            changes.append(time)
            offsets.append(offset)
        }
        let tail: ZoneRule
        if footer.isEmpty {
            tail = ZoneRule(standard: offsets.last ?? 0)
        } else if let rule = ZoneRule(posix: footer) {
            tail = rule
        } else {
            throw .brokenZone(name)
        }
        return Zone(name: name, changes: changes, offsets: offsets, tail: tail)
    }

    private struct Header {
        var version: UInt8
        var universals, standards, leaps, times, types, characters: Int

        func size(timeBytes: Int) -> Int {
            times * (timeBytes + 1) + types * 6 + characters + leaps * (timeBytes + 4) + standards + universals
        }
    }

    private struct Reader {
        let bytes: [UInt8]
        let name: String
        var place = 0

        mutating func skip(_ count: Int) throws(CalendarError) {
            guard count >= 0, count <= bytes.count - place else { throw .brokenZone(name) }
            place += count
        }

        /// A signed number, the highest byte first.
        mutating func integer(_ size: Int) throws(CalendarError) -> Int64 {
            let start = place
            try skip(size)
            let value = bytes[start..<place].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            switch size {
            case 8: return Int64(bitPattern: value)
            case 4: return Int64(Int32(truncatingIfNeeded: value))
            default: return Int64(value)
            }
        }

        mutating func many(
            _ count: Int, _ one: (inout Reader) throws(CalendarError) -> Int64
        ) throws(CalendarError) -> [Int64] {
            var values: [Int64] = []
            for _ in 0..<count { values.append(try one(&self)) }
            return values
        }

        mutating func header() throws(CalendarError) -> Header {
            let start = place
            try skip(20)
            guard bytes[start..<start + 4].elementsEqual("TZif".utf8) else { throw .brokenZone(name) }
            var counts: [Int] = []
            for _ in 0..<6 {
                let count = try integer(4)
                guard (0...100_000).contains(count) else { throw .brokenZone(name) }
                counts.append(Int(count))
            }
            return Header(
                version: bytes[start + 4], universals: counts[0], standards: counts[1], leaps: counts[2], times: counts[3],
                types: counts[4], characters: counts[5])
        }

        mutating func footer() throws(CalendarError) -> String {
            let newLine = UInt8(ascii: "\n")
            guard place < bytes.count, bytes[place] == newLine, let end = bytes[(place + 1)...].firstIndex(of: newLine) else {
                throw .brokenZone(name)
            }
            return String(decoding: bytes[place + 1..<end], as: UTF8.self)
        }
    }
}
