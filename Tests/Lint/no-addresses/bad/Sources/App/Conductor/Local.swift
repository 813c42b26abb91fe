let host = "localhost"
