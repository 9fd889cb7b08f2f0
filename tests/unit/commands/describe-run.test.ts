import { describeLogsEnd, describeRun, describeRuns } from '../../../src/commands/describe-run.js';
import type { ListedRun, RunList } from '../../../src/runs/list/list.js';
import type { QueryFigures } from '../../../src/runs/list/query-figures.js';
import type { ShownRun } from '../../../src/runs/show/show.js';
import type { RunCause } from '../../../src/runs/state/supervision.js';
import { makeRunRecord } from '../../fakes/run-record.js';
import { makeAttempt } from '../../fakes/supervision.js';

const figures: QueryFigures = {
  query: 'topic',
  batchId: 1_204,
  at: '2026-11-24T10:09:50.000Z',
  batchMs: 640,
  rowsPerSecond: 1_204.4,

  stateRows: 18,
  watermark: '2026-11-24T08:09:00.000Z',
  newestEvent: '2026-11-24T10:09:00.000Z',
  lag: 12,
};
const cause: RunCause = { code: 'killed', words: 'killed (137), perhaps out of memory', isTransient: true, cure: null };
const submittedAt = '2026-11-24T10:00:00.000Z';
const endedAt = '2026-11-24T10:02:05.000Z';

describe('describeRuns', () => {
  const listed = (some: Partial<ListedRun>): ListedRun => ({
    run: 'windowed-news-1',
    job: 'windowed-news',
    state: 'succeeded',
    exitCode: 0,
    note: null,
    submittedAt,
    endedAt,
    attempts: 1,
    cores: 1,
    figures: null,
    idleSide: null,
    ...some,
  });
  const list = (runs: ListedRun[], some: Partial<RunList> = {}): RunList => ({
    runs,
    cores: { used: 3, total: 4 },
    ui: 'http://127.0.0.1:8080',
    isBrokerThere: true,
    ...some,
  });
  /** Lines with every length of time that goes on made the same. */
  const lines = (some: RunList) =>
    describeRuns(some, 'Spark master')
      .replace(/\d+ m \d+ s/g, '2 m 5 s')
      .split('\n');

  test('is a table of what is true now, with what to do about those that wait or have failed', () => {
    const running = listed({ state: 'running', endedAt: null, figures, attempts: 2, cores: 2 });
    const queued = listed({
      run: 'score-cars-1',
      state: 'queued',
      endedAt: null,
      note: 'waits for 1 core',
      attempts: 0,
    });
    const failed = listed({ run: 'windowed-cars-1', state: 'failed', note: cause.words, attempts: 6, exitCode: 137 });
    const text = lines(list([running, queued, failed, listed({ run: 'train-car-price-2' })]));
    expect(text.map((line) => line.replace(/ {2,}/g, '  '))).toEqual([
      '  RUN  STATE  FOR  ROWS/S  BATCH  LAG  CORES',
      '  windowed-news-1  running  2 m 5 s  1,204.4  0.6 s  12  2  1 restart',
      '  score-cars-1  queued  2 m 5 s  1  waits for 1 core',
      '  windowed-cars-1  failed  2 m 5 s  killed (137), perhaps out of memory, 5 restarts',
      '  train-car-price-2  succeeded  2 m 5 s',
      '',
      '  cores 3 of 4  http://127.0.0.1:8080',
      '  queued  millrace runs show score-cars-1',
      '  failed  millrace runs explain windowed-cars-1',
    ]);
  });

  test('a run that was lost holds no cores, and nobody knows for how long it has gone', () => {
    const [, row] = lines(list([listed({ state: 'lost', exitCode: null, endedAt: null, note: 'it was killed' })]));
    expect(row?.replace(/ {2,}/g, '  ')).toBe('  windowed-news-1  lost  it was killed');
  });

  test('leaves out what the broker and the master do not tell, and says so', () => {
    const running = listed({ state: 'running', endedAt: null, figures: { ...figures, lag: null, batchMs: null } });
    expect(lines(list([running], { cores: null, ui: null, isBrokerThere: false })).slice(1)).toEqual([
      expect.stringMatching(/^ {2}windowed-news-1 {2}running {2}2 m 5 s {2}1,204.4 +1$/),
      '',
      '  The Spark master does not answer: millrace cluster status',
      '  The broker does not answer: millrace cluster status',
    ]);
  });

  test('names the topic that holds the results of a join back, and since when', () => {
    const idleSide = { topic: 'news', newestEvent: submittedAt, since: '2026-11-24T10:00:07.500Z' };
    const [, row] = lines(list([listed({ state: 'running', endedAt: null, attempts: 2, idleSide })]));
    expect(row).toMatch(/ waits for news: no record since 2026-11-24 10:00:07, 1 restart$/);
  });

  test('adds the global options to the commands that it names', () => {
    const failed = listed({ state: 'failed', note: 'no master; `millrace cluster up` starts it' });
    const text = describeRuns(list([failed], { cores: null, ui: null, isBrokerThere: false }), 'Spark master', [
      '--target docker',
    ]);
    expect(text).toContain('`millrace cluster up --target docker` starts it');
    expect(text.match(/millrace .*/g)?.slice(1)).toEqual([
      'millrace cluster status --target docker',
      'millrace cluster status --target docker',
      'millrace runs explain windowed-news-1 --target docker',
    ]);
  });

  test('names the first command where nothing was submitted', () => {
    expect(describeRuns(list([]), 'Spark master')).toBe(
      '  Nothing was submitted yet.\n  Next  millrace submit windowed-cars',
    );
  });

  test('shows no control character from a log', () => {
    const text = describeRuns(list([listed({ state: 'failed', note: 'a\u001b[2Jb' })]), 'Spark master');
    expect(text).toContain('a\uFFFD[2Jb');
  });
});

describe('describeRun', () => {
  const shown = (some: Partial<ShownRun> = {}): ShownRun => ({
    ...makeRunRecord({ run: 'windowed-news-1', job: 'windowed-news', restarts: 5, submittedAt }),
    state: 'succeeded',
    exitCode: 0,
    note: null,
    endedAt,
    attempts: [makeAttempt({ endedAt, exitCode: 0 })],
    queries: [],
    summary: {
      batches: 0,
      rowsRead: 0,
      deadLetters: 0,
      droppedAsLate: 0,
      openWindows: null,
      idleSide: null,
      script: '/p/.millrace/src/windowed-news-1.py',
    },
    ui: null,
    log: '/p/.millrace/data/runs/windowed-news-1/driver.log',
    ...some,
  });

  test('tells the state first, then what the queries do, then the drivers', () => {
    const attempts = [
      makeAttempt({ endedAt: '2026-11-24T10:01:00.000Z', exitCode: 137, cause }),
      makeAttempt({ number: 2, startedAt: '2026-11-24T10:01:01.000Z', endedAt: '2026-11-24T10:02:00.000Z', cause }),
      makeAttempt({ number: 3, startedAt: '2026-11-24T10:02:02.000Z', endedAt }),
    ];
    const queries = [figures, { ...figures, query: 'dead-letters', batchMs: null, lag: null }];
    const summary = { ...shown().summary, batches: 1_205, rowsRead: 90_000, deadLetters: 3, droppedAsLate: 1 };
    expect(describeRun(shown({ attempts, queries, summary, ui: 'http://127.0.0.1:4040' })).split('\n')).toEqual([
      '  windowed-news-1: succeeded after 2 m 5 s',
      '  job windowed-news, 1 × 512m, 5 restarts allowed, Spark 4.2.0',
      '',
      '  QUERY         BATCH   ROWS/S   TOOK  STATE  LAG',
      '  topic         1,204  1,204.4  0.6 s     18   12',
      '  dead-letters  1,204  1,204.4            18    -',
      '',
      '  newest event 2026-11-24T10:09:00.000Z    watermark 2026-11-24T08:09:00.000Z',
      '  90,000 records in 1,205 batches: 3 dead letters, 1 too late',
      '',
      '  driver 1  2026-11-24 10:00:00  1 m 0 s  exit 137: killed (137), perhaps out of memory',
      '  driver 2  2026-11-24 10:01:01  59.0 s  no exit code: killed (137), perhaps out of memory',
      '  driver 3  2026-11-24 10:02:02  3.0 s  no exit code',
      '',
      '  script   /p/.millrace/src/windowed-news-1.py',
      '  log      /p/.millrace/data/runs/windowed-news-1/driver.log',
      '  page     http://127.0.0.1:4040',
    ]);
  });

  test.each<[string, Partial<ShownRun>, RegExp]>([
    [
      'which topic of a join it waits for',
      { summary: { ...shown().summary, idleSide: { topic: 'news', newestEvent: null, since: submittedAt } } },
      /^ {2}waits for news: no record since it began at 2026-11-24 10:00:00$/m,
    ],
    [
      'why it failed',
      { state: 'failed', exitCode: 137, note: cause.words },
      /^ {2}windowed-news-1: failed after 2 m 5 s, killed \(137\), perhaps out of memory$/m,
    ],
    [
      'the exit code, where nobody knows why',
      { state: 'failed', exitCode: 4 },
      /^ {2}windowed-news-1: failed after 2 m 5 s, exit code 4$/m,
    ],
    [
      'what it waits for',
      { state: 'queued', note: 'waits for 1 core', endedAt: null, exitCode: null },
      /^ {2}windowed-news-1: queued for .* s, waits for 1 core$/m,
    ],
    [
      'that it was lost, and not for how long',
      { state: 'lost', exitCode: null, endedAt: null, note: 'it was killed' },
      /^ {2}windowed-news-1: lost, it was killed$/m,
    ],
    ['that it is a script', { script: '/home/ada/mine.py' }, /^ {2}script \/home\/ada\/mine.py, 1 × 512m, /m],
    [
      'that it never saw an event',
      { queries: [{ ...figures, newestEvent: null }] },
      /newest event none yet {4}watermark 2026/,
    ],
    [
      'that a driver runs',
      {
        state: 'running',
        endedAt: null,
        attempts: [makeAttempt({ endedAt, exitCode: 1 }), makeAttempt({ number: 2 })],
      },
      /^ {2}driver 2 .* s {2}runs$/m,
    ],
  ])('tells %s', (_, some, line) => {
    expect(describeRun(shown(some))).toMatch(line);
  });

  test('leaves out what there is nothing of', () => {
    const text = describeRun(shown());
    expect(text).not.toMatch(/QUERY|newest event|records in|driver 1|page/);
  });
});

describe('describeLogsEnd', () => {
  test.each([
    ['starting', 'stopped watching mine-1; it goes on running'],
    ['succeeded', 'mine-1: succeeded'],
  ] as const)('of a run that is %s', (state, words) => {
    expect(describeLogsEnd('mine-1', state)).toBe(words);
  });
});
