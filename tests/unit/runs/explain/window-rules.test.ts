import { toEvidence } from '../../../../src/runs/explain/evidence.js';
import { judge } from '../../../../src/runs/explain/explain.js';
import type { ExplainFacts } from '../../../../src/runs/explain/facts.js';
import { nextClose } from '../../../../src/runs/explain/next-close.js';
import { toWords } from '../../../../src/runs/explain/wording/to-words.js';
import { makeFacts, makeProgress, noProgress } from '../../../fakes/explain-facts.js';

const explain = (facts: ExplainFacts) => toWords(judge(facts));

const time = (text: string) => Date.parse(`2026-11-24T${text}Z`);
const clock = (ms: number) => new Date(ms).toISOString().slice(11, 23);

/** Events between two times, and the watermark of the newest batch. */
function facts(oldest: string, newest: string, watermark: string, some: Partial<ExplainFacts> = {}) {
  const eventTime = {
    min: `2026-11-24T${oldest}Z`,
    max: `2026-11-24T${newest}Z`,
    watermark: `2026-11-24T${watermark}Z`,
  };
  return makeFacts({ progress: makeProgress({ topic: { eventTime }, parquet: null }), windowEnds: [], ...some });
}

const withWindow = (windowMs: number, slideMs: number | null, delayMs: number) => ({
  checkpoint: { start: null, reached: null, topicIds: {}, windowMs, slideMs, sessionMs: null, delayMs },
});

describe('nextClose', () => {
  test.each<[string, ExplainFacts, [watermark: string, end: string, closing: string, isExact: boolean]]>([
    [
      'nothing has closed: the window of the oldest event is the first',
      facts('15:38:01.000', '15:38:32.000', '00:00:00.000'),
      ['15:37:32.000', '15:38:10.000', '15:39:10.000', true],
    ],
    [
      'some have closed: the results tell which is the first that is open',
      facts('15:30:00.000', '15:38:32.000', '15:37:32.000', {
        windowEnds: [time('15:36:00.000'), time('15:37:50.000')],
      }),
      ['15:37:32.000', '15:37:50.000', '15:38:50.000', true],
    ],
    [
      'some have closed, and no results can be read: no window ends before that',
      facts('15:30:00.000', '15:38:32.000', '15:37:32.000'),
      ['15:37:32.000', '15:37:40.000', '15:38:40.000', false],
    ],
    [
      'a window that ends at the watermark is closed',
      facts('15:30:00.000', '15:38:40.000', '15:37:40.000', {
        windowEnds: [time('15:37:40.000'), time('15:37:50.000')],
      }),
      ['15:37:40.000', '15:37:50.000', '15:38:50.000', true],
    ],
    [
      'the last batch moved the watermark for the next',
      facts('15:38:01.000', '15:39:32.000', '15:37:00.000'),
      ['15:38:32.000', '15:38:40.000', '15:39:40.000', false],
    ],
    [
      'sliding windows: the earliest that holds the oldest event',
      facts('15:38:01.000', '15:38:32.000', '00:00:00.000', withWindow(10_000, 5_000, 60_000)),
      ['15:37:32.000', '15:38:05.000', '15:39:05.000', true],
    ],
    [
      'windows of milliseconds',
      facts('15:38:01.100', '15:38:32.000', '00:00:00.000', withWindow(250, null, 60_000)),
      ['15:37:32.000', '15:38:01.250', '15:39:01.250', true],
    ],
    [
      'an event at the very begin of a window',
      facts('15:38:10.000', '15:38:32.000', '00:00:00.000'),
      ['15:37:32.000', '15:38:20.000', '15:39:20.000', true],
    ],
  ])('%s', (_, given, [watermark, end, closing, isExact]) => {
    const close = nextClose(toEvidence(given));
    expect(
      close && [clock(close.watermarkMs), clock(close.windowEndMs), clock(close.closingEventMs), close.isExact],
    ).toEqual([watermark, end, closing, isExact]);
  });

  test.each([
    ['no batch told of an event', makeFacts({ progress: noProgress })],
    ['the job has no windows', makeFacts({ checkpoint: null })],
  ])('says nothing where %s', (_, given) => {
    expect(nextClose(toEvidence(given))).toBeUndefined();
  });
});

describe('sessions', () => {
  const sessions = {
    start: null,
    reached: null,
    topicIds: {},
    windowMs: null,
    slideMs: null,
    sessionMs: 5_000,
    delayMs: 60_000,
  };
  const found = (given: ExplainFacts, id: string) => explain(given).findings.find((finding) => finding.id === id);

  test('are all closed by an event after the end of the last one', () => {
    const given = facts('15:38:01.000', '15:38:32.000', '15:37:32.000', { checkpoint: sessions });
    const open = makeProgress({
      topic: { eventTime: { max: '2026-11-24T15:38:32.000Z', min: '2026-11-24T15:38:01.000Z' } },
    });
    expect(found({ ...given, progress: open }, 'window-open')).toMatchObject({
      details: expect.arrayContaining([
        'the last open session ends 15:38:37: an event from 15:39:37 or later closes all',
      ]),
      numbers: { isLast: true, closingEvent: '2026-11-24T15:39:37.000Z' },
    });
  });

  test('of an earlier run end after the newest event, which is known from its watermark', () => {
    const close = nextClose(
      toEvidence(facts('15:38:01.000', '15:38:32.000', '15:40:00.000', { checkpoint: sessions })),
    );
    expect(close && clock(close.closingEventMs)).toBe('15:42:05.000');
  });

  test('count late records one by one', () => {
    const stateOperators = [{ numRowsTotal: 3, numRowsRemoved: 0, numRowsDroppedByWatermark: 2 }];
    const late = makeFacts({ progress: makeProgress({ topic: { stateOperators } }) });
    const hint = expect.stringContaining('counted per window and key');
    expect(found(late, 'late-rows')?.details).toContainEqual(hint);
    expect(found({ ...late, checkpoint: sessions }, 'late-rows')?.details).not.toContainEqual(hint);
  });
});

describe('a run that closes its windows', () => {
  const record = { ...makeFacts().record, trigger: 'available-now', parameters: { closeWindows: true } };
  const given = (closeWindows: boolean) =>
    facts('15:38:01.000', '15:40:30.000', '15:37:32.000', {
      record: { ...record, parameters: { closeWindows } },
      nowMs: time('15:39:00.000'),
    });

  test('is not said to read from the future for its markers', () => {
    const ids = (closeWindows: boolean) => explain(given(closeWindows)).findings.map(({ id }) => id);
    expect(ids(false)).toContain('future-event');
    expect(ids(true)).not.toContain('future-event');
  });

  test('drops records of windows that an earlier run has closed; a longer watermark does not help', () => {
    const stateOperators = [{ numRowsTotal: 0, numRowsRemoved: 0, numRowsDroppedByWatermark: 50 }];
    const at = (text: string) => `2026-11-24T${text}.000Z`;
    const eventTime = { min: at('15:30:00'), max: at('15:39:30'), watermark: at('15:38:42') };
    const late = (batchId: number) => {
      const progress = makeProgress({ topic: { batchId, stateOperators, eventTime } });
      return explain(makeFacts({ record, settings: ['closeWindows=true'], progress })).findings.find(
        ({ id }) => id === 'late-rows',
      );
    };
    expect(late(3)).toMatchObject({
      details: expect.arrayContaining([
        'an earlier run of this checkpoint has closed their windows: its markers moved the watermark past all it had read',
      ]),
      command: expect.stringMatching(/--set closeWindows=true --trigger available-now --new-checkpoint$/),
    });
    expect(late(0)?.details[0]).toBe('the watermark, 1 minute behind the newest event, is 15:38:42');
  });

  test('helps a run that left them open', () => {
    const left = { ...makeFacts().record, trigger: 'available-now', parameters: { closeWindows: false } };
    const finding = explain(makeFacts({ record: left })).findings.find(({ id }) => id === 'window-open');
    expect(finding?.command).toMatch(/--set closeWindows=true --trigger available-now --new-checkpoint$/);
  });
});

describe('open windows', () => {
  const finding = (given: ExplainFacts) => explain(given).findings.find(({ id }) => id === 'window-open');

  test('are named with the event that would close them', () => {
    expect(finding(makeFacts())).toMatchObject({
      words: 'No window is in parquet yet: 22 rows wait in open ones.',
      details: [
        'newest event 15:38:32 - 1 minute = watermark 15:37:32',
        'first open window ends 15:38:10: needs an event from 15:39:10 or later',
        'all records are read: the watermark stands still until newer ones come',
      ],
      numbers: { openRows: 22, parquetRows: 0, openWindows: 2, closingEvent: '2026-11-24T15:39:10.000Z' },
      likelihood: 'certain',
    });
  });

  test.each([
    ['cars get the time of their publishing', { reads: ['cars'] }, 'millrace seed cars --append'],
    [
      'a shorter watermark closes what is old enough',
      facts('15:30:01.000', '15:38:32.000', '00:00:00.000', { settings: [], ...withWindow(10_000, null, 7_200_000) }),
      "millrace runs stop windowed-news-1 && millrace submit windowed-news --set watermark='1 minute' --new-checkpoint",
    ],
    ['else only newer records help', {}, null],
  ])('%s', (_, some, command) => {
    expect(finding(makeFacts(some))?.command).toBe(command);
  });

  test('explain a share once others have closed, and are ruled out once none is open', () => {
    const closed = (rows: object) => makeProgress({ parquet: { stateOperators: [rows] } });
    expect(finding(makeFacts({ progress: closed({ numRowsTotal: 2, numRowsRemoved: 320 }) }))).toMatchObject({
      likelihood: 'partly',
      share: 2 / 322,
    });
    expect(finding(makeFacts({ progress: closed({ numRowsTotal: 0, numRowsRemoved: 322 }) }))).toBeUndefined();
  });
});
