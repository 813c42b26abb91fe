start(at: .now)
