try await Task.sleep(for: .milliseconds(10))
