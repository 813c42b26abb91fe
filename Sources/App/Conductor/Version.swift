/// The version of the program.
package enum Version {
    /// Semantic version (semver.org 2.0.0).
    package static let text = "0.1.0"
}
