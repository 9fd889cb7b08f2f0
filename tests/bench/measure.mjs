// What all cases share: a project and a cluster of their own, the command line, and ours against a peer in turn.
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { median, spread } from './statistics.mjs';

export const CLI = resolve('bin/cli');
export const ROUNDS = 5;
export const project = mkdtempSync(join(tmpdir(), 'millrace-bench-'));

// A fresh project would take Docker where it answers: the figures are those of target local.
const OPTIONS = { encoding: 'utf8', env: { ...process.env, MILLRACE_TARGET: 'local' }, maxBuffer: 64 * 1024 * 1024 };
const argumentsOf = (args) => ['--json', '--project', project, ...args];

/** The command line of a checkout, on the project of the bench: one call waits, the other returns a promise. */
export const commandLineOf = (program) => ({
  program,
  cli: (...args) =>
    JSON.parse(execFileSync(program, argumentsOf(args), { ...OPTIONS, stdio: ['ignore', 'pipe', 'ignore'] })),
  cliAsync: async (...args) => JSON.parse((await promisify(execFile)(program, argumentsOf(args), OPTIONS)).stdout),
});
export const { cli, cliAsync } = commandLineOf(CLI);

export function secondsOf(work) {
  const startedAt = performance.now();
  work();
  return (performance.now() - startedAt) / 1000;
}

/** A and B in turn; the first round warms caches up and does not count. */
export async function compare(name, unit, ours, peer, ratioOf, rounds = ROUNDS) {
  const pairs = [];
  for (let round = 0; round <= rounds; round++) {
    const pair =
      round % 2 === 0 ? [await ours(round), await peer(round)] : [await peer(round), await ours(round)].reverse();
    if (round > 0) pairs.push(pair);
  }
  const ratios = pairs.map(([a, b]) => ratioOf(a, b));
  const [a, b] = [median(pairs.map(([x]) => x)), median(pairs.map(([, y]) => y))];
  console.log(
    `${name.padEnd(6)} ratio ${median(ratios).toFixed(2)} (${spread(ratios)})   ours ${a.toFixed(2)} ${unit}, peer ${b.toFixed(2)} ${unit}`,
  );
}

let broker;

/** Starts the cluster for the first that asks, and says how long that took. */
export function brokerAddress() {
  if (broker) return broker;
  const { seconds } = cli('cluster', 'up', '--ports', 'auto');
  console.log(`up     ${seconds.toFixed(1)} s with everything cached`);
  broker = cli('cluster', 'status').services.find(({ name }) => name === 'broker').address;
  return broker;
}

export function cleanUp() {
  if (broker) cli('cluster', 'down', '--purge', '--yes');
  rmSync(project, { recursive: true, force: true });
}
