import CCurl
import Glibc
import Outbound

/// What one transfer has sent and received so far. libcurl gets a pointer to it and calls back.
///
/// `@unchecked Sendable`: used by one thread at a time only, that of its client's reactor, or the one that carries out a mail.
final class CurlTransfer: @unchecked Sendable {
    /// The most bytes of header lines, or of a mail server's answers, that are kept.
    private static let mostHead = 1 << 18

    private let rules: AddressRules
    private let mostBytes: Int
    private var upload: [UInt8] = []
    private var uploaded = 0
    private var lists: [UnsafeMutablePointer<curl_slist>] = []
    private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    /// The header lines of the last answer, or all lines that a mail server sent.
    private(set) var head: [UInt8] = []
    /// The body as far as it may be kept.
    private(set) var body: [UInt8] = []
    /// Whether the body was longer.
    private(set) var isFull = false
    /// Why an address was not connected to.
    private(set) var objection: (address: [UInt8], text: String)?
    /// Whether the connection was gone before anybody could see where it leads, and therefore nothing was sent.
    private(set) var isGone = false
    /// Whether the head is that of the last answer only.
    private let keepsLastHead: Bool

    init(rules: AddressRules, mostBytes: Int, keepsLastHead: Bool) {
        self.rules = rules
        self.mostBytes = mostBytes
        self.keepsLastHead = keepsLastHead
        errorText[0] = 0
    }

    deinit {
        errorText.deallocate()
        for list in lists { curl_slist_free_all(list) }
    }

    /// What libcurl says went wrong; empty when it says nothing.
    var error: String { String(cString: errorText) }

    /// Lets libcurl call back into this transfer. The pointer is good as long as the transfer is.
    func attach(to handle: UnsafeMutableRawPointer) {
        let me = Unmanaged.passUnretained(self).toOpaque()
        curl_set_pointer(handle, CURLOPT_ERRORBUFFER, errorText)
        curl_set_data_callback(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, user in
            CurlTransfer.from(user)?.receive(bytes, size * count) ?? 0
        }
        curl_set_pointer(handle, CURLOPT_WRITEDATA, me)
        curl_set_data_callback(handle, CURLOPT_HEADERFUNCTION) { bytes, size, count, user in
            CurlTransfer.from(user)?.receiveHead(bytes, size * count) ?? 0
        }
        curl_set_pointer(handle, CURLOPT_HEADERDATA, me)
        curl_set_open_callback(handle) { user, _, place in
            guard let place, let transfer = CurlTransfer.from(user), transfer.permits(place) else { return CURL_SOCKET_BAD }
            let kind = place.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue)
            return socket(place.pointee.family, kind, place.pointee.protocol)
        }
        curl_set_pointer(handle, CURLOPT_OPENSOCKETDATA, me)
        // Asked again before every request, also when it goes over a connection that was opened earlier.
        curl_set_ready_callback(handle) { user, address, _, _, _ in
            guard let address, let transfer = CurlTransfer.from(user), transfer.permits(String(cString: address)) else {
                return CURL_PREREQFUNC_ABORT
            }
            return CURL_PREREQFUNC_OK
        }
        curl_set_pointer(handle, CURLOPT_PREREQDATA, me)
    }

    /// Gives the bytes that libcurl is to send when it asks for them.
    func sends(_ bytes: [UInt8], over handle: UnsafeMutableRawPointer) {
        upload = bytes
        curl_set_long(handle, CURLOPT_UPLOAD, 1)
        curl_set_data_callback(handle, CURLOPT_READFUNCTION) { bytes, size, count, user in
            CurlTransfer.from(user)?.give(bytes, size * count) ?? 0
        }
        curl_set_pointer(handle, CURLOPT_READDATA, Unmanaged.passUnretained(self).toOpaque())
    }

    /// A list of texts that lives as long as the transfer.
    func list(_ items: [String]) -> UnsafeMutablePointer<curl_slist>? {
        var list: UnsafeMutablePointer<curl_slist>?
        for item in items { list = curl_slist_append(list, item) }
        if let list { lists.append(list) }
        return list
    }

    private static func from(_ user: UnsafeMutableRawPointer?) -> CurlTransfer? {
        user.map { Unmanaged.fromOpaque($0).takeUnretainedValue() }
    }

    private func receive(_ bytes: UnsafeMutablePointer<CChar>?, _ count: Int) -> Int {
        let room = mostBytes - body.count
        body.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: min(count, room)))
        if count > room { isFull = true }
        // Taking less than was offered ends the transfer.
        return min(count, room)
    }

    private func receiveHead(_ bytes: UnsafeMutablePointer<CChar>?, _ count: Int) -> Int {
        let line = UnsafeRawBufferPointer(start: bytes, count: count)
        if keepsLastHead, line.starts(with: Array("HTTP/".utf8)) { head = [] }
        guard head.count + count <= Self.mostHead else { return 0 }
        head.append(contentsOf: line)
        return count
    }

    private func give(_ bytes: UnsafeMutablePointer<CChar>?, _ room: Int) -> Int {
        let count = min(room, upload.count - uploaded)
        guard let bytes, count > 0 else { return 0 }
        upload.withUnsafeBytes { all in
            UnsafeMutableRawPointer(bytes).copyMemory(
                from: all.baseAddress.map { $0 + uploaded } ?? UnsafeRawPointer(bytes), byteCount: count)
        }
        uploaded += count
        return count
    }

    private func permits(_ place: UnsafeMutablePointer<curl_sockaddr>) -> Bool {
        let start = MemoryLayout<curl_sockaddr>.offset(of: \.addr) ?? MemoryLayout<curl_sockaddr>.size
        let address = UnsafeRawPointer(place) + start
        switch place.pointee.family {
        case AF_INET: return permits(bytes: UnsafeRawBufferPointer(start: address + 4, count: 4))
        case AF_INET6: return permits(bytes: UnsafeRawBufferPointer(start: address + 8, count: 16))
        default: return permits(bytes: UnsafeRawBufferPointer(start: nil, count: 0))
        }
    }

    private func permits(_ text: String) -> Bool {
        // The text of a link-local address can carry its interface.
        let bare = text.split(separator: "%", maxSplits: 1).first.map(String.init) ?? ""
        // libcurl asks the socket, which does not know once the other side has reset it.
        isGone = bare.isEmpty
        if isGone { return false }
        return (AddressRules.bytes(bare) ?? []).withUnsafeBytes { permits(bytes: $0) }
    }

    private func permits(bytes: UnsafeRawBufferPointer) -> Bool {
        guard let text = rules.objection(to: Array(bytes)) else { return true }
        objection = (Array(bytes), text)
        return false
    }
}
