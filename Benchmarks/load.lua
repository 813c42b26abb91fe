-- What wrk asks for: the paths in a file one after the other, or with a word instead of a file, new targets whose names begin with it.
-- wrk ... URL -- FILE            wrk ... URL -- new WORD
local paths, word, number = {}, nil, 0

function init(arguments)
  if arguments[1] == "new" then
    word = arguments[2]
    wrk.headers["Content-Type"] = "application/json"
  else
    for line in io.lines(arguments[1]) do paths[#paths + 1] = wrk.format("GET", line) end
  end
end

function request()
  number = number + 1
  if word then
    return wrk.format("POST", "/api/targets", nil, string.format(
      '{"name":"%s-%07d","os":"linux","environment":"production","tags":["web","prod"],' ..
      '"connections":[{"kind":"ssh","host":"10.1.2.3","port":22}]}',
      word, number))
  end
  return paths[(number - 1) % #paths + 1]
end

function done(summary, latency)
  local errors = summary.errors
  print(string.format(
    "result %d %d %d %d %d", summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
