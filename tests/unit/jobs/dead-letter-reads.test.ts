import { askModule } from './template-module.js';

type Offsets = Record<string, number>;
type Read = readonly [starts: Offsets, ends: Offsets];
type Spans = Record<string, ReadonlyArray<readonly [start: number, end: number]>>;

const readsOf = (spans: Spans) =>
  askModule<Read[]>('millrace_outputs', 'output = module.reads_of(input)', spans).map(([starts, ends]) => [
    starts,
    ends,
  ]);

/** How the spans of blocks arise: what a batch has read of each partition, and where it has refused records. */
const addBlocks = (input: object) =>
  askModule<Spans>(
    'millrace_outputs',
    'output = {}\nmodule._add_blocks(output, input["blocks"], input["starts"], input["ends"])',
    input,
  );

describe('what is read again for dead letters', () => {
  test('is the block of a refused record, as far as its batch has read it', () => {
    const blocks = [
      { partition: 0, block: 2 },
      { partition: 0, block: 5 },
      { partition: 3, block: 0 },
    ];
    expect(addBlocks({ blocks, starts: { 0: 250, 3: 0 }, ends: { 0: 520, 3: 40 } })).toEqual({
      0: [
        [250, 300],
        [500, 520],
      ],
      3: [[0, 40]],
    });
  });

  test('joins what is near, and takes a span of each partition in one read', () => {
    const near = [
      [900, 1_000],
      [100, 200],
      [100, 150],
    ] as const;
    expect(readsOf({ 0: [...near, [50_000, 50_100]], 1: [[7, 8]] })).toEqual([
      [
        { 0: 100, 1: 7 },
        { 0: 1_000, 1: 8 },
      ],
      [{ 0: 50_000 }, { 0: 50_100 }],
    ]);
    expect(readsOf({})).toEqual([]);
  });

  test('is never less, never twice, and in few reads, however scattered it is', () => {
    const far = 20_000;
    const spans = Array.from({ length: 300 }, (_, at) => [at * at * far, at * at * far + 1 + (at % 100)] as const);
    const reads = readsOf({ 0: [...spans].reverse() });
    expect(reads).toHaveLength(16);
    const covered = reads.map(([starts, ends]) => [Number(starts?.['0']), Number(ends?.['0'])] as const);
    for (const [start, end] of spans)
      expect(covered.filter(([from, to]) => from <= start && end <= to)).toHaveLength(1);
    const ends = [Number.NEGATIVE_INFINITY, ...covered.map(([, to]) => to)];
    expect(covered.every(([from], at) => from > Number(ends[at]))).toBe(true);
  });
});
