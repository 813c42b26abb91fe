package import Jobs
