let job = thing as! Job
