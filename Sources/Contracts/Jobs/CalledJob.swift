import Vocabulary

/// A job that a step calls, as it was when the run started.
package struct CalledJob: Codable, Sendable, Hashable {
    /// The job's id.
    package var id: JobID
    /// Its serial.
    package var serial: String
    /// Its name.
    package var name: String
    /// Its version.
    package var version: Int
    /// Its parameters.
    package var parameters: [ParameterDefinition]?
    /// Which secret parameter of the run each of its secret parameters is, by name.
    package var secrets: [String: String]?
    /// What can be read of it when it has ended: expressions by name.
    package var outputs: [String: String]?
    /// Most seconds for all of it on one target; no limit when absent.
    package var timeoutSeconds: Int?
    /// Whether only one execution of it runs at a time, so that a run that calls it counts as one; false when absent.
    package var exclusive: Bool?
    /// Makes the value.
    package init(
        id: JobID, serial: String, name: String, version: Int, parameters: [ParameterDefinition]? = nil, secrets: [String: String]? = nil,
        outputs: [String: String]? = nil, timeoutSeconds: Int? = nil, exclusive: Bool? = nil
    ) {
        self.id = id
        self.serial = serial
        self.name = name
        self.version = version
        self.parameters = parameters
        self.secrets = secrets
        self.outputs = outputs
        self.timeoutSeconds = timeoutSeconds
        self.exclusive = exclusive
    }
}

extension StepDefinition {
    /// What stands between the name of a step that calls and the name of a step of the called job.
    package static let callMark = " / "
}

extension [StepDefinition] {
    /// The name of the step at a position (from 0) in the job that it is of.
    package func ownName(of position: Int) -> String {
        guard let within = self[position].within, indices.contains(within - 1) else { return self[position].name }
        return String(self[position].name.dropFirst(self[within - 1].name.count + StepDefinition.callMark.count))
    }
}
