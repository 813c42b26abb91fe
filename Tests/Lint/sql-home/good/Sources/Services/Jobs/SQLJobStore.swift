let query = "SELECT id FROM jobs"
