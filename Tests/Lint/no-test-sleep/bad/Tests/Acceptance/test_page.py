page.wait_for_timeout(100)
