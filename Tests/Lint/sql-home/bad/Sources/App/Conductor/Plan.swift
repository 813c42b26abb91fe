let query = #"DELETE FROM jobs"#
