let sentence = "Select a target FROM the list, then INSERT a coin."
