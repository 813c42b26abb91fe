let id = UUID()
