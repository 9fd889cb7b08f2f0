// Every test, each kind in a process of its own, and the sum of all in the last line:
//
//   node tests/run-all.mjs             unit, then each target in turn; `faults` kills processes of target local
//   node tests/run-all.mjs docker …    only these
//
// What failed is named once more before the last line.
// Targets in Docker need an engine with compose; without one their tests are skipped, and it is said.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const KINDS = ['unit', 'local', 'faults', 'docker', 'zookeeper'];
const IN_DOCKER = ['docker', 'zookeeper'];
const CLOSING_LINE = /^tests: (\d+) passed, (\d+) failed, (\d+) skipped$/gm;
const FAILED_LINE = /^failed: .*$/gm;
const JEST = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'];
/** Unit tests share nothing; the others share a cluster. Jest would leave one processor alone. */
const workersFor = (kind) => (kind === 'unit' ? '--maxWorkers=100%' : '--runInBand');

const answers = (...args) => spawnSync('docker', args, { stdio: 'ignore', timeout: 120_000 }).status === 0;
const hasDocker = () => answers('info') && answers('compose', 'version');

/** Runs one kind to its end, shows what it says as it says it, and returns its counts and the lines of what failed. */
function runKind(kind, results, isSkipped) {
  const skipping = isSkipped ? ['--testNamePattern', '^nothing is called like this$', '--silent'] : [];
  const env = {
    ...process.env,
    FORCE_COLOR: process.stdout.isTTY ? '1' : '0',
    MILLRACE_TEST_RESULTS: results,
    ...(isSkipped ? { MILLRACE_TEST_SKIP: 'yes' } : {}),
  };
  const args = [...JEST, workersFor(kind), '--selectProjects', kind, ...skipping];
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
      done({ counts, failures: said.match(FAILED_LINE) ?? [] });
    });
  });
}

const unknown = process.argv.slice(2).filter((kind) => !KINDS.includes(kind));
if (unknown.length > 0) throw new Error(`There is no ${unknown.join(', ')}; there are ${KINDS.join(', ')}`);
const wanted = process.argv.length > 2 ? process.argv.slice(2) : KINDS;
const results = mkdtempSync(join(tmpdir(), 'millrace-results-'));
const isDockerMissing = wanted.some((kind) => IN_DOCKER.includes(kind)) && !hasDocker();
const total = { passed: 0, failed: 0, skipped: 0 };
const failures = [];
try {
  for (const kind of wanted) {
    const isSkipped = isDockerMissing && IN_DOCKER.includes(kind);
    console.log(`\n${kind}${isSkipped ? ': skipped, since no Docker engine with compose answers' : ''}`);
    const startedAt = Date.now();
    const outcome = await runKind(kind, results, isSkipped);
    for (const name of Object.keys(total)) total[name] += outcome.counts[name];
    failures.push(...outcome.failures.map((line) => `${kind} ${line}`));
    console.log(`${kind}: ${Math.round((Date.now() - startedAt) / 1000)} s`);
  }
} finally {
  rmSync(results, { recursive: true, force: true });
}
process.exitCode = total.failed > 0 ? 1 : 0;
for (const line of failures) console.log(line);
console.log(`tests: ${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
