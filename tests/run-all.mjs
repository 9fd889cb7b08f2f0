// Every test, each kind in a process of its own, and the sum of all in the last lines:
//
//   node tests/run-all.mjs             all kinds in turn
//   node tests/run-all.mjs docker …    only these
//
//   unit       without a cluster, on all processors
//   commands   the command line without a cluster
//   story      the story of README, once, on target local
//   local      the rest of target local; processes are killed under streams
//   docker     target docker
//   classic    target docker with ZooKeeper and the Spark before this one, from a checkout with Windows line ends
//
// What took longest and what failed is named before the last line.
// Targets in Docker need an engine with compose; without one their tests are skipped, and it is said.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const KINDS = ['unit', 'commands', 'story', 'local', 'docker', 'classic'];
const IN_DOCKER = ['docker', 'classic'];
const CLOSING_LINE = /^tests: (\d+) passed, (\d+) failed, (\d+) skipped$/gm;
const SLOW_LINE = /^slow: ([\d.]+) s (.*)$/gm;
const FAILED_LINE = /^failed: .*$/gm;
const SLOWEST = 10;
const JEST = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'];
/** Unit tests share nothing; the others share a cluster. Jest would leave one processor alone, and more workers are no quicker. */
const flagsFor = (kind) => (kind === 'unit' ? ['--maxWorkers=100%', '--testTimeout=180000'] : ['--runInBand']);

const answers = (...args) => spawnSync('docker', args, { stdio: 'ignore', timeout: 120_000 }).status === 0;
const hasDocker = () => answers('info') && answers('compose', 'version');

/** Runs one kind to its end, shows what it says as it says it, and returns its counts, its slow files and what failed. */
function runKind(kind, results, isSkipped) {
  const skipping = isSkipped ? ['--testNamePattern', '^nothing is called like this$', '--silent'] : [];
  const env = {
    ...process.env,
    FORCE_COLOR: process.stdout.isTTY ? '1' : '0',
    MILLRACE_TEST_RESULTS: results,
    ...(isSkipped ? { MILLRACE_TEST_SKIP: 'yes' } : {}),
  };
  const args = [...JEST, ...flagsFor(kind), '--selectProjects', kind, ...skipping];
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const [from, to] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ]) {
    from.setEncoding('utf8').on('data', (text) => {
      said += text;
      to.write(text);
    });
  }
  return new Promise((done) => {
    child.once('close', (code) => {
      const [, passed, failed, skipped] = [...said.matchAll(CLOSING_LINE)].at(-1) ?? [null, 0, 1, 0];
      const counts = { passed: Number(passed), failed: Number(failed), skipped: Number(skipped) };
      if (code !== 0 && counts.failed === 0) counts.failed = 1;
      const slow = [...said.matchAll(SLOW_LINE)].map(([, seconds, file]) => ({ seconds: Number(seconds), file, kind }));
      done({ counts, slow, failures: said.match(FAILED_LINE) ?? [] });
    });
  });
}

const unknown = process.argv.slice(2).filter((kind) => !KINDS.includes(kind));
if (unknown.length > 0) throw new Error(`There is no ${unknown.join(', ')}; there are ${KINDS.join(', ')}`);
const wanted = process.argv.length > 2 ? process.argv.slice(2) : KINDS;
// What must come out the same on every target is compared here; two calls of this script may share the folder.
const shared = process.env.MILLRACE_TEST_RESULTS;
const results = shared ?? mkdtempSync(join(tmpdir(), 'millrace-results-'));
const isDockerMissing = wanted.some((kind) => IN_DOCKER.includes(kind)) && !hasDocker();
const total = { passed: 0, failed: 0, skipped: 0 };
const times = [];
const slow = [];
const failures = [];
try {
  for (const kind of wanted) {
    const isSkipped = isDockerMissing && IN_DOCKER.includes(kind);
    console.log(`\n${kind}${isSkipped ? ': skipped, since no Docker engine with compose answers' : ''}`);
    const startedAt = Date.now();
    const outcome = await runKind(kind, results, isSkipped);
    for (const name of Object.keys(total)) total[name] += outcome.counts[name];
    slow.push(...outcome.slow);
    failures.push(...outcome.failures.map((line) => `${kind} ${line}`));
    times.push(`${kind} ${Math.round((Date.now() - startedAt) / 1000)} s`);
  }
} finally {
  if (shared === undefined) rmSync(results, { recursive: true, force: true });
}
process.exitCode = total.failed > 0 ? 1 : 0;
slow.sort((a, b) => b.seconds - a.seconds);
console.log(`\n${times.join(', ')}; the slowest files:`);
for (const { seconds, file, kind } of slow.slice(0, SLOWEST))
  console.log(`${seconds.toFixed(1).padStart(7)} s  ${kind}  ${file}`);
for (const line of failures) console.log(line);
console.log(`tests: ${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
