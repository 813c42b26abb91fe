// allow no-addresses: needed
let originator = "127.0.0.1"
