let text = "at \(Date())"
