import { packagePath } from '../../../../src/project/package-files.js';
import { planJob } from '../../../../src/runs/plan/plan-job.js';
import { type RunPlanOptions, settingsOfTopics } from '../../../../src/runs/plan/run-plan.js';
import { failureOf } from '../../failure-of.js';

const startedBy = 'millrace train model';

const plan = (options: Partial<RunPlanOptions> = {}) =>
  planJob({ folders: [packagePath()] }, { job: 'windowed-cars', settings: [], ...options });

describe('planJob', () => {
  test("takes the job's own name, topics and a trigger of a second", async () => {
    expect(await plan()).toMatchObject({
      name: 'windowed-cars',
      trigger: '1 second',
      reads: ['cars'],
      writes: [{ query: 'topic', topic: 'windowed-cars' }],
      deadLetters: 'windowed-cars.dead-letters',
      extra: {},
    });
  });

  test('takes topics from settings and the name of the dead letters from the run', async () => {
    const settings = ['input=my-cars', 'output=means'];
    expect(await plan({ settings, name: 'Mine_2.x' })).toMatchObject({
      name: 'Mine_2.x',
      reads: ['my-cars'],
      writes: [{ query: 'topic', topic: 'means' }],
      deadLetters: 'Mine_2.x.dead-letters',
    });
  });

  test('has results compacted, in topics of alerts too, but neither inputs nor dead letters', async () => {
    const settings = ['alert=3', 'output=counts', 'alerts=many'];
    const compacted = { 'cleanup.policy': 'compact,delete' };
    expect([...settingsOfTopics(await plan({ job: 'windowed-news', settings }))]).toEqual([
      ['counts', compacted],
      ['many', compacted],
    ]);
  });

  test('leaves results without a key as the broker keeps them: it compacts by keys alone', async () => {
    const keyless = { ...(await plan()), state: { ...(await plan()).state, keys: {} } };
    expect([...settingsOfTopics(keyless)]).toEqual([]);
  });

  test.each([
    ['500ms', '500 milliseconds'],
    ['2m', '2 minutes'],
    ['available-now', 'available-now'],
  ])('reads the trigger %s', async (text, trigger) => {
    expect((await plan({ trigger: text })).trigger).toBe(trigger);
  });

  test('gives a batch neither trigger nor dead letters', async () => {
    const batch = await plan({ job: 'train-car-price', startedBy, extra: { version: 'v1' } });
    expect(batch).toMatchObject({
      trigger: null,
      deadLetters: null,
      reads: ['cars'],
      writes: [],
      extra: { version: 'v1' },
    });
  });

  const news = (settings: string[], trigger?: string) => plan({ job: 'windowed-news', settings, trigger });

  test('writes a topic that hangs on a parameter only where that is set', async () => {
    expect((await news([])).writes).toEqual([{ query: 'topic', topic: 'windowed-news' }]);
    expect((await news(['alert=3'])).writes).toEqual([
      { query: 'topic', topic: 'windowed-news' },
      { query: 'alerts', topic: 'windowed-news.alerts' },
    ]);
  });

  test.each<[string, string[], string | undefined, RegExp]>([
    [
      'sessions in update mode',
      ['session=5m', 'outputMode=update'],
      undefined,
      /session=5 minutes, outputMode=update: /,
    ],
    ['sessions of a length', ['session=5m', 'window=10 seconds'], undefined, /session=5 minutes, window=10 seconds: /],
    ['sessions with a slide', ['session=5m', 'slide=5s'], undefined, /session=5 minutes, slide=5 seconds: /],
    ['windows with gaps between them', ['slide=11s'], undefined, /slide=11 seconds, window=10 seconds: /],
    ['more windows than Spark can plan', ['window=1h', 'slide=1ms'], undefined, /window=1 hour, slide=1 millisecond: /],
    ['alerts among the results', ['alert=3', 'alerts=windowed-news'], undefined, /windowed-news would get two kinds/],
    ['to close what goes on', ['closeWindows=true'], undefined, /closeWindows=true, trigger=1 second: /],
    ['a mode that keeps all for ever', ['outputMode=complete'], undefined, /`complete` does not fit/],
    ['an alert at nothing', ['alert=0'], undefined, /`0` does not fit/],
  ])('refuses %s before anything is rendered', async (_, settings, trigger, message) => {
    expect(await failureOf(news(settings, trigger))).toMatchObject({
      code: 'USAGE',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(/^[A-Z].*\.$/),
    });
  });

  test('refuses more windows for each listing than Spark can plan', async () => {
    expect(await failureOf(plan({ settings: ['window=1d', 'slide=1s'] }))).toMatchObject({
      message: expect.stringMatching(/window=1 day, slide=1 second: .*1,000 windows/),
    });
    await expect(plan({ settings: ['window=1d', 'slide=2m'] })).resolves.toBeDefined();
  });

  test.each<[string, string[], string | undefined]>([
    ['sessions, in append mode or none', ['session=5m', 'outputMode=append'], undefined],
    ['a session that is set back to none', ['session=', 'window=1 millisecond'], undefined],
    ['sessions with a slide that is set back to none', ['session=5m', 'slide='], undefined],
    ['a slide as long as the window', ['slide=10s'], undefined],
    ['to close what ends', ['closeWindows=true'], 'available-now'],
  ])('takes %s', async (_, settings, trigger) => {
    await expect(news(settings, trigger)).resolves.toBeDefined();
  });

  test.each<[string, Partial<RunPlanOptions>, RegExp]>([
    ['a trigger of a batch', { job: 'train-car-price', trigger: '1s', startedBy }, /is a batch and has no trigger/],
    ['a job with a command of its own', { job: 'train-car-price', extra: {} }, /is started by `millrace train model`/],
    [
      'such a job from another command',
      { job: 'train-car-price', startedBy: 'millrace demo' },
      /is started by `millrace/,
    ],
    ['a trigger that is no time', { trigger: 'often' }, /`often` is not a length of time/],
    ['a job that is not there', { job: 'nope' }, /There is no job `nope`/],
    ['a parameter that is not there', { settings: ['windw=1s'] }, /no parameter `windw`/],
    ['a value that does not fit', { settings: ['window=5 parsecs'] }, /`5 parsecs` does not fit/],
    ['one topic for both sides', { job: 'brand-pulse', settings: ['cars=news'] }, /topic news would be read twice/],
    ['an empty name', { name: '' }, /`` cannot name a run/],
    ['a name with a path', { name: '../x' }, /cannot name a run/],
    ['a hidden name', { name: '.x' }, /cannot name a run/],
    ['a name with a blank', { name: 'a b' }, /cannot name a run/],
    ['a name over two lines', { name: 'a\nb' }, /cannot name a run/],
    ['a name without end', { name: 'x'.repeat(81) }, /cannot name a run/],
  ])('refuses %s', async (_, options, message) => {
    expect(await failureOf(plan(options))).toMatchObject({
      code: 'USAGE',
      exitCode: 2,
      message: expect.stringMatching(message),
    });
  });
});
