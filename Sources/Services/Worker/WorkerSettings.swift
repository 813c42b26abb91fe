import Vocabulary

/// What can be set about a worker.
package struct WorkerSettings: Sendable {
    /// The worker's name, unique among those that run.
    package var name: String
    /// How many branches it runs at the same time.
    package var slots: Int
    /// How long a connection stays open after a run, for the next one.
    package var connectionIdle: Duration
    /// How long running branches may go on after the worker was told to stop.
    package var drain: Duration

    /// Makes the settings.
    package init(name: String, slots: Int = 200, connectionIdle: Duration = .seconds(60), drain: Duration = .seconds(10)) {
        self.name = name
        self.slots = slots
        self.connectionIdle = connectionIdle
        self.drain = drain
    }
}
