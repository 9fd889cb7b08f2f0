// tests/bench/figures.json: the newest figures of each stage (`now`), and those of the build that the bounds compare with (`before`).
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { arch, cpus, platform } from 'node:os';
import { pageOf } from './benchmarks-page.mjs';

const FILE = 'tests/bench/figures.json';
const PAGE = 'docs/benchmarks.md';

export const readFigures = () => JSON.parse(readFileSync(FILE, 'utf8'));

/** The commit that changed the product last; changes that are not committed are said. */
function productCommit() {
  const parts = ['bin', 'jobs', 'src', 'templates'];
  const git = (...args) => execFileSync('git', [...args, '--', ...parts], { encoding: 'utf8' }).trim();
  return `${git('log', '-1', '--format=%h')}${git('status', '--porcelain') === '' ? '' : ' with changes'}`;
}

/** When, of which build and where a stage was measured. @param spark the cluster's version */
export function placeNow(spark) {
  const [processor, java] = [cpus()[0].model.trim(), execFileSync('java', ['--version'], { encoding: 'utf8' })];
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: productCommit(),
    machine: {
      cores: cpus().length,
      processor,
      system: `${platform()} ${arch()}`,
      java: /\d[\w.+]*/.exec(java)[0],
      spark,
      node: process.versions.node,
    },
  };
}

/** Writes figures down and makes the page of all that is written down. @param column `now` or `before` */
export function writeFigures(column, measured, isMore) {
  const figures = readFigures();
  for (const [stage, newest] of Object.entries(measured)) {
    const old = isMore ? figures[column][stage] : undefined;
    figures[column][stage] = old ? { ...newest, rounds: joined(old.rounds, newest.rounds) } : newest;
  }
  writeFileSync(FILE, `${JSON.stringify(figures, null, 2)}\n`);
  writePage();
}

/** Makes the page of what is written down. */
export function writePage() {
  writeFileSync(PAGE, pageOf(readFigures()));
}

function joined(old, more) {
  return Object.fromEntries(Object.entries(more).map(([side, rounds]) => [side, [...(old[side] ?? []), ...rounds]]));
}
