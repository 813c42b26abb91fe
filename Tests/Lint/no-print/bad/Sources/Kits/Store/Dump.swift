func show() { dump(row) }
