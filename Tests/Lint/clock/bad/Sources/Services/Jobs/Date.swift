let start = Date()
