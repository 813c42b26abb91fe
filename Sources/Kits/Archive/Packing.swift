import CZlib

/// What can be wrong with packed bytes.
package enum PackingError: Error, Sendable, Hashable {
    /// They are not what was packed: cut, changed, or larger than they should become.
    case damaged
    /// They say that they become larger than anything that is packed.
    case tooLarge(Int)
}

/// Bytes in fewer bytes (zlib, RFC 1950, with its checksum). Whoever keeps them also keeps how many they were, so that unpacking never takes more memory.
package enum Packing {
    /// Nothing larger is packed or unpacked, in bytes.
    package static let mostBytes = 16_777_216
    /// Quick, and on logs only some percent larger than the best.
    private static let level: Int32 = 4

    /// The bytes packed, or nil when that saves less than a sixteenth.
    package static func packed(_ bytes: [UInt8]) -> [UInt8]? {
        guard !bytes.isEmpty, bytes.count <= mostBytes else { return nil }
        let room = Int(compressBound(uLong(bytes.count)))
        let packed = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
            var length = uLongf(room)
            let result = compress2(buffer.baseAddress, &length, bytes, uLong(bytes.count), level)
            count = result == Z_OK ? Int(length) : 0
        }
        return packed.isEmpty || packed.count > bytes.count - bytes.count / 16 ? nil : packed
    }

    /// The bytes as they were; there were `size` of them.
    /// - Throws: `PackingError`.
    package static func unpacked(_ bytes: [UInt8], size: Int) throws(PackingError) -> [UInt8] {
        guard size >= 0, size <= mostBytes else { throw .tooLarge(size) }
        let plain = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            var length = uLongf(size)
            let result = uncompress(buffer.baseAddress, &length, bytes, uLong(bytes.count))
            count = result == Z_OK ? Int(length) : 0
        }
        guard plain.count == size, size > 0 else { throw .damaged }
        return plain
    }
}
