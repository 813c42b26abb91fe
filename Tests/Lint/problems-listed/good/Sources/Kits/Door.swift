let one = Problem(
    "door-locked", "Door locked", status: 423, "Find the key.")
