let query = "SELECT id FROM jobs WHERE id = $1"
