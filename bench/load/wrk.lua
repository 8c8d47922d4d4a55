-- Sends the requests of a file (see requests.ts) one after the other, from the start again when it ends, and prints
-- what came back as JSON. One thread only: each thread would read the file from its beginning.
local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  rounds = 0
  file = assert(io.open(args[1], "rb"))
  file:setvbuf("full", 65536)
end

function request()
  local length = file:read("*l")
  if not length then
    rounds = rounds + 1
    file:seek("set", 0)
    length = file:read("*l")
  end
  return file:read(tonumber(length))
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"requests":%d,"microseconds":%d,"p50":%d,"p99":%d,"max":%d,"bytes":%d,"statusErrors":%d,"socketErrors":%d,"rounds":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), latency.max, summary.bytes,
    errors.status, errors.connect + errors.read + errors.write + errors.timeout, threads[1]:get("rounds")
  ))
end
