// Never try! or as! here.
let text = "try! to fatalError()"
let job = try? load()
let other = thing as? Job
let sure = try #require(job)
