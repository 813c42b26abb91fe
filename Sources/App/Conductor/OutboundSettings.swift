import CurlDriver
import Foundation
import Outbound

/// Where webhooks and mail may go, and whom they trust.
enum OutboundSettings {
    private static let allow = Setting(
        "OUTBOUND_ALLOW", "",
        "Addresses or networks, such as 10.0.0.0/8, that webhooks and mail may go to beside public ones, separated by commas")
    private static let certificates = Setting(
        "OUTBOUND_CA_FILE", "", "File with certificates of authorities, in PEM, that webhooks and mail trust beside the system's")

    /// Reads the settings; what cannot be used becomes a mistake.
    static func read(_ reader: inout SettingReader) -> CurlSettings {
        let rules = AddressRules(allowing: reader.list(allow))
        if rules == nil { reader.mistake("OUTBOUND_ALLOW must be addresses or networks such as 10.0.0.0/8.", on: allow) }
        let file = reader.text(certificates)
        if !file.isEmpty, !FileManager.default.isReadableFile(atPath: file) {
            reader.mistake("OUTBOUND_CA_FILE names \(file), which cannot be read.", on: certificates)
        }
        return CurlSettings(rules: rules ?? AddressRules(), trustedCertificates: file.isEmpty ? nil : file)
    }
}
