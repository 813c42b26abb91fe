import NIOCore
import NIOSSL
import Vocabulary

/// The TLS side of a client: whom it trusts, and which name the server's certificate must have.
struct ClientTLS: Sendable {
    private let context: NIOSSLContext
    /// Nil for an address, which the certificate must name then.
    private let name: String?

    /// Trusts the authorities of this machine, or only those in a PEM file.
    /// - Throws: `Problem` when the file has no certificate.
    init(host: String, authorities: String?) throws {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        do {
            if let authorities { configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(authorities)) }
            context = try NIOSSLContext(configuration: configuration)
        } catch {
            let file = authorities ?? "the list of this machine"
            throw Problem.invalid("The certificate authorities in \(file) cannot be read; it must be a PEM file.")
        }
        name = IPAddress.bytes(host) == nil ? host : nil
    }

    /// Puts encryption in front of everything else; call it on the event loop.
    func protect(_ channel: any Channel) throws {
        try channel.pipeline.syncOperations.addHandler(NIOSSLClientHandler(context: context, serverHostname: name))
    }

    /// What an error of TLS means, if it is one.
    static func reason(_ error: any Error) -> String? {
        switch error {
        case let error as NIOSSLExtraError where error == .failedToValidateHostname: "its certificate is for another name"
        case NIOSSLError.handshakeFailed(let cause) where "\(cause)".contains("CERTIFICATE_VERIFY_FAILED"):
            "its certificate is not trusted; OPSCONDUCTOR_CA_FILE may name the PEM file of its authority"
        case NIOSSLError.handshakeFailed: "it does not speak TLS, or no version that is safe"
        case NIOSSLError.uncleanShutdown: nil
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError: "TLS failed: \(error)"
        default: nil
        }
    }
}
