let migration = "CREATE TABLE jobs (id TEXT PRIMARY KEY)"
