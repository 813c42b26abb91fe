// Tests listen on 127.0.0.1.
let host = settings.text("HTTP_HOST")
let dialect = "https://json-schema.org/draft/2020-12/schema"
let example = "https://ops.example/setup"
let version = "1.2.3.4 and ::10"
// allow no-addresses: the protocol wants a text here and nobody reads it
let originator = "127.0.0.1"
let hint = "write it like http://host:port"
