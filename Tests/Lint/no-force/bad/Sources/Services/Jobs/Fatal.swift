func stop() -> Never { fatalError("no") }
