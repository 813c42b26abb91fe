command = "sleep 60"
ready.wait(timeout=5)
