import Foundation

/// One setting: everything that is known about it, in one place. `check-config` and the documentation are made from it.
package struct Setting: Sendable {
    /// The environment variable.
    package let key: String
    /// The value when the environment has none.
    package let fallback: String
    /// What it means, with its unit.
    package let meaning: String

    /// Declares a setting.
    init(_ key: String, _ fallback: String, _ meaning: String) {
        self.key = key
        self.fallback = fallback
        self.meaning = meaning
    }
}

/// A setting with the value in force.
package struct SettingValue: Sendable {
    /// The setting.
    package let setting: Setting
    /// The value as it may be shown.
    package let value: String
    /// Whether it came from the environment.
    package let isFromEnvironment: Bool
    /// What is wrong with it, in one sentence that names it.
    package var mistake: String?
}

/// Reads values and collects every mistake, so that all are told at once.
struct SettingReader {
    private let environment: [String: String]
    private(set) var values: [SettingValue] = []

    init(_ environment: [String: String]) { self.environment = environment }

    /// A text.
    mutating func text(_ setting: Setting) -> String {
        let given = environment[setting.key].flatMap { $0.isEmpty ? nil : $0 }
        values.append(SettingValue(setting: setting, value: given ?? setting.fallback, isFromEnvironment: given != nil))
        return given ?? setting.fallback
    }

    /// A secret, or the first line of the file that the variable with `_FILE` at its end names.
    mutating func secret(_ setting: Setting, shown: (String) -> String) -> String {
        let given = environment[setting.key].flatMap { $0.isEmpty ? nil : $0 }
        let file = environment[setting.key + "_FILE"].flatMap { $0.isEmpty ? nil : $0 }
        var value = given ?? setting.fallback
        var mistake: String?
        if let file {
            if given != nil { mistake = "\(setting.key) and \(setting.key)_FILE are both set; set one of them." }
            if let text = try? String(contentsOfFile: file, encoding: .utf8) {
                value = text.split(separator: "\n").first.map { $0.trimmingCharacters(in: .whitespaces) } ?? ""
            } else {
                mistake = "\(setting.key)_FILE names \(file), which cannot be read."
            }
        }
        values.append(
            SettingValue(
                setting: setting, value: shown(value), isFromEnvironment: given != nil || file != nil, mistake: mistake))
        return value
    }

    /// A whole number in a range.
    mutating func number(_ setting: Setting, _ range: ClosedRange<Int>) -> Int {
        let text = text(setting)
        guard let number = Int(text), range.contains(number) else {
            mistake("\(setting.key) must be a whole number from \(range.lowerBound) to \(range.upperBound), not \"\(text)\".")
            return range.lowerBound
        }
        return number
    }

    /// `true` or `false`.
    mutating func flag(_ setting: Setting) -> Bool {
        let text = text(setting).lowercased()
        if !["true", "false"].contains(text) { mistake("\(setting.key) must be true or false, not \"\(text)\".") }
        return text == "true"
    }

    /// One of some words.
    mutating func word(_ setting: Setting, _ words: [String]) -> String {
        let text = text(setting).lowercased()
        if !words.contains(text) {
            mistake("\(setting.key) must be one of \(words.joined(separator: ", ")), not \"\(text)\".")
        }
        return text
    }

    /// A list separated by commas.
    mutating func list(_ setting: Setting) -> [String] {
        text(setting).split(separator: ",").map { $0.trimmingPrefix { $0 == " " } }.map { String($0) }.filter { !$0.isEmpty }
    }

    /// Says what is wrong with the setting that was read last.
    mutating func mistake(_ sentence: String) { values[values.count - 1].mistake = sentence }

    /// Says what is wrong with a setting that was read before.
    mutating func mistake(_ sentence: String, on setting: Setting) {
        for index in values.indices where values[index].setting.key == setting.key { values[index].mistake = sentence }
    }
}
