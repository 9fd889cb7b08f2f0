import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const benchModule = (name: string) => import(pathToFileURL(resolve('tests', 'bench', name)).href);
const { breachOf, ROWS, tableOf, valuesOf } = await benchModule('rows.mjs');
const { pageOf } = await benchModule('benchmarks-page.mjs');
const { percentile } = await benchModule('statistics.mjs');

const rowOf = (stage: string, figure: string) =>
  ROWS.find((row: { stage: string; figure: string }) => row.stage === stage && row.figure === figure);
/** A stage as it is measured: a figure of each side, round by round. */
function measured(figure: string, sides: Record<string, number[]>) {
  const rounds = Object.entries(sides).map(([side, values]) => [side, values.map((value) => ({ [figure]: value }))]);
  return { rounds: Object.fromEntries(rounds) };
}

describe('the bounds of the benchmark', () => {
  test('are kept by the median of the rounds', () => {
    const kept = measured('p50', { ours: [70, 70, 500], peer: [100, 100, 100] });
    expect(breachOf(rowOf('stories', 'p50'), kept)).toBeUndefined();
    const broken = measured('p50', { ours: [10, 76, 76], peer: [100, 100, 100] });
    expect(breachOf(rowOf('stories', 'p50'), broken)).toBe(
      'acknowledged story to its result, p50: 0.76, and the bound is 0.75',
    );
  });

  test('ask for more rows per second, and for less of everything else', () => {
    const slow = measured('rowsPerSecond', { ours: [120], peer: [100] });
    expect(breachOf(rowOf('backlog', 'rowsPerSecond'), slow)).toContain('1.20, and the bound is 1.3');
    const quick = measured('rowsPerSecond', { ours: [130], peer: [100] });
    expect(breachOf(rowOf('backlog', 'rowsPerSecond'), quick)).toBeUndefined();
  });

  test('compare with the build before by the peer of each time', () => {
    const [now, before] = [
      { ours: [10], peer: [10] },
      { ours: [40], peer: [20] },
    ].map((one) => measured('cpu', one));
    expect(valuesOf(rowOf('backlog', 'cpu'), now, before)).toEqual([0.5]);
    expect(breachOf(rowOf('backlog', 'cpu'), now, before)).toBeUndefined();
  });

  test('compare with a build of the same rounds where there is one', () => {
    const now = measured('cpu', { ours: [10, 12], peer: [10, 10], before: [20, 20] });
    expect(valuesOf(rowOf('backlog', 'cpu'), now, measured('cpu', { ours: [1], peer: [1] }))).toEqual([0.5, 0.6]);
  });

  test('take one program in the worst round for too many', () => {
    const row = rowOf('programs', 'perBatch');
    expect(breachOf(row, measured('perBatch', { ours: [0, 0, 0], peer: [9, 9, 9] }))).toBeUndefined();
    expect(breachOf(row, measured('perBatch', { ours: [0, 0, 0.1], peer: [9, 9, 9] }))).toContain('0.10');
  });

  test('are broken by what was not measured', () => {
    expect(breachOf(rowOf('idle', 'percent'), undefined, undefined)).toContain('not measured');
    const withoutBefore = measured('percent', { ours: [3], peer: [3] });
    expect(breachOf(rowOf('idle', 'percent'), withoutBefore, undefined)).toContain('not measured');
  });
});

describe('docs/benchmarks.md', () => {
  test('is what the script makes of the figures', () => {
    const figures = JSON.parse(readFileSync('tests/bench/figures.json', 'utf8'));
    expect(readFileSync('docs/benchmarks.md', 'utf8')).toBe(pageOf(figures));
  });

  test('has the median, its spread and both sides of a row', () => {
    const now = { stories: measured('p50', { ours: [200, 240, 280], peer: [400, 400, 400] }) };
    const before = { stories: measured('p50', { ours: [480], peer: [400] }) };
    const table = tableOf({ now, before }, [rowOf('stories', 'p50')]);
    expect(table.split('\n').at(-1)).toBe(
      "| acknowledged story to its result, p50 | 400 ms | 1.20 x the peer's (1.20 to 1.20) | 0.75 x | 0.5 x | **0.60 x** (0.50 to 0.70); 240 ms |",
    );
  });

  test('takes for the p99 of 400 stories the time that only four are longer than', () => {
    const values = Array.from({ length: 400 }, (_, at) => at + 1);
    expect(percentile(values, 0.99)).toBe(396);
    expect(percentile(values, 0.5)).toBe(200);
  });
});
