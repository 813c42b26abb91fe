let start = Date.now
