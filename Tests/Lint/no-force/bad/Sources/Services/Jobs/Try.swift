let job = try! load()
