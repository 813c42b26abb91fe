// No Task.sleep here.
let command = "sleep 60"
try await clock.sleep(for: .seconds(1))
await clock.someoneSleeps()
