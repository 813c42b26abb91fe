logger.info("job started", metadata: ["job_id": "print(1)"])
printer.print(page)
func sprint(_ distance: Int) {}
