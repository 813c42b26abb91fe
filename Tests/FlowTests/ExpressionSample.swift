import Flow
import Vocabulary

/// Values as a run has them.
enum ExpressionSample {
    static let values = ExpressionValues([
        "parameters": .object([
            "count": 3, "ratio": .number(1.5), "name": "web-01", "empty": "", "enabled": true, "tags": ["a", "b", "c"], "nothing": .null,
            "max-users": 20,
        ]),
        "target": .object(["name": "db-1", "facts": .object(["cores": "8", "os": "debian 12"])]),
        "steps": .object([
            "build": .object([
                "state": "succeeded", "exit_code": 0, "stdout": "one\n\ntwo words\r\nversion 1.2.3\n",
                "outputs": .object(["version": "1.2.3", "sizes": [5, 30, 7]]),
            ]),
            "check disk": .object(["state": "failed", "exit_code": 2, "outputs": .object(["json": "{\"free\": [1, 2.5]}"])]),
        ]),
        "item": .object(["name": "eth0"]), "item_index": 1,
    ])

    /// The value of an expression.
    static func value(_ text: String) throws -> JSONValue { try Expression(parsing: text).value(values) }
}

extension JSONValue: ExpressibleByArrayLiteral {
    /// A list.
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
}
