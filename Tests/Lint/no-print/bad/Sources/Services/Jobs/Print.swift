print("job started")
