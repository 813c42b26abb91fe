import Foundation

func now() -> Date { Date() }
func id() -> UUID { UUID() }
