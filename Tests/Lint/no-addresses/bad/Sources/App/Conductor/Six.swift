let host = "[::1]"
