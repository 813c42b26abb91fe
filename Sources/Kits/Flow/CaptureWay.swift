extension Capture.Way {
    /// Reads how a job says it: exactly one of a pattern, a path into JSON and a form (`text` or `lines`); nil for anything else.
    package init?(pattern: String?, json: String?, form: String?) {
        switch (pattern, json, form) {
        case (let pattern?, nil, nil): self = .pattern(pattern)
        case (nil, let path?, nil): self = .json(path)
        case (nil, nil, "text"): self = .wholeText
        case (nil, nil, "lines"): self = .lines
        default: return nil
        }
    }
}
