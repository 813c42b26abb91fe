let query = """
    -- jobs.rename
    UPDATE jobs SET name = \(name)
    """
