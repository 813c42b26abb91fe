/// What is wrong with a text that is to say when something happens, and what to write instead.
package enum CalendarError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The text cannot be read from this character on, counted from 1.
    case unreadable(position: Int, sentence: String)
    /// The text can be read, but says something that never happens.
    case never(String)
    /// No time zone has this name.
    case unknownZone(String)
    /// The time zone's data cannot be read.
    case brokenZone(String)
    /// A value is outside its limits.
    case limit(String)

    /// One sentence for whoever wrote the text.
    package var description: String {
        switch self {
        case .unreadable(let position, let sentence): "At character \(position): \(sentence)"
        case .never(let sentence), .limit(let sentence): sentence
        case .unknownZone(let name): "There is no time zone \(name.prefix(80)). Write a name such as Europe/Berlin or UTC."
        case .brokenZone(let name):
            "The data of the time zone \(name.prefix(80)) cannot be read. Install the system's time zone data again."
        }
    }
}
