import { cli, cliJson } from '../cli.js';
import { publish } from '../kafka.js';
import { sharedProject } from '../shared-cluster/project.js';
import { until } from '../until.js';
import { heal, listed, pidOfService } from './injuries.js';

/** One stream is led through the ways of showing nothing; each must be named, with the numbers it rests on. */
const project = sharedProject();
const WINDOW_MS = 10_000;
const SETTLED_WITHIN_MS = 300_000;
const iso = (ms: number) => new Date(ms).toISOString();

interface Finding {
  readonly id: string;
  readonly likelihood: string;
  readonly numbers: Readonly<Record<string, unknown>>;
  readonly command: string | null;
}

interface Explanation {
  readonly findings: readonly Finding[];
  readonly ruledOut: ReadonlyArray<{ readonly id: string }>;
}

const explain = (run: string) => cliJson<Explanation>(['runs', 'explain', run], { project });

/** Explains again and again until the cause is among the findings, since a stream takes a moment to meet it. */
async function found(id: string, run = 'why-1', isFit = (_: Finding) => true): Promise<Finding & { place: number }> {
  let fit: (Finding & { place: number }) | undefined;
  const look = async () => {
    const { findings } = await explain(run);
    const place = findings.findIndex((finding) => finding.id === id && isFit(finding));
    if (place < 0) throw new Error(`instead of ${id} it is explained by ${JSON.stringify(findings)}`);
    fit = { ...(findings[place] as Finding), place };
    return true;
  };
  await until(look, SETTLED_WITHIN_MS, 500);
  return fit as Finding & { place: number };
}

const listing = (listedAtMs: number) => ({
  key: 'x',
  value: JSON.stringify({ make: 'audi', price: 1, listed_at: iso(listedAtMs) }),
});

const settings = ['--set', 'input=why', '--set', 'output=why-windows', '--set', 'window=10s', '--set', 'watermark=10s'];
const submit = (...more: string[]) =>
  cli(['--json', 'submit', 'windowed-cars', '--name', 'why', ...settings, ...more], { project });

describe('runs explain says why there are no rows', () => {
  test('the topic is empty', async () => {
    expect((await submit()).exitCode).toBe(0);
    expect(await found('topic-empty')).toMatchObject({ place: 0, likelihood: 'certain' });
  });

  test('no record can be read', async () => {
    await publish(
      'why',
      ['no JSON', '{"make":"audi"}', '{"price":"one"}'].map((value) => ({ key: null, value })),
    );
    const areAllShown = ({ numbers }: Finding) => numbers.deadLetters === 3 && numbers.example !== null;
    expect(await found('dead-letters', 'why-1', areAllShown)).toMatchObject({
      place: 0,
      numbers: { deadLetters: 3, read: 3, example: { topic: 'why', reason: expect.any(String) } },
      command: 'millrace topic tail why.dead-letters',
    });
  });

  test('no window has closed: which is open, and which event would close it', async () => {
    const at = Date.now() - 2_000;
    await publish('why', [listing(at)]);
    const end = at - (at % WINDOW_MS) + WINDOW_MS;
    expect(await found('window-open')).toMatchObject({
      place: 0,
      numbers: { newestEvent: iso(at), nextWindowEnd: iso(end), closingEvent: iso(end + WINDOW_MS) },
    });
  });

  test('rows come too late', async () => {
    await publish('why', [listing(Date.now())]);
    await listed('why-1', ({ figures }) => figures?.lag === 0, SETTLED_WITHIN_MS);
    await publish('why', [listing(Date.now() - 3_600_000)]);
    expect((await found('late-rows')).numbers).toMatchObject({ droppedAsLate: 1 });
  });

  test('no worker is left to run it: executors are lost, and it waits for cores', async () => {
    for (const worker of ['worker-1', 'worker-2']) process.kill(await pidOfService(worker), 'SIGKILL');
    expect(await found('no-cores')).toMatchObject({ place: 0, likelihood: 'certain' });
    await listed('why-1', ({ state, note }) => state === 'running' && /waits for executors/.test(note ?? ''));
    await publish('why', [listing(Date.now())]);
    await found('executor-lost');
    await heal();
    await listed('why-1', ({ figures, note }) => note === null && figures?.lag === 0, SETTLED_WITHIN_MS);
  });

  test('it began at the end of its topic', async () => {
    const late = ['--name', 'why-late', ...settings, '--set', 'output=why-late', '--set', 'startingOffsets=latest'];
    await cliJson(['submit', 'windowed-cars', ...late], { project });
    expect(await found('read-from-end', 'why-late-1')).toMatchObject({ place: 0 });
    await cliJson(['runs', 'stop', 'why-late'], { project });
  });

  test('its topic is gone, then made anew: the run fails with cause and cure, and the next submit is refused', async () => {
    await cliJson(['topic', 'delete', 'why', '--yes'], { project });
    await found('topic-missing');
    await listed('why-1', ({ state }) => state === 'failed', SETTLED_WITHIN_MS);
    await cliJson(['topic', 'create', 'why'], { project });
    await found('topic-recreated');
    const refused = await submit();
    expect(refused.exitCode).toBe(2);
    expect(JSON.parse(refused.stderr).error).toMatchObject({
      code: 'DATA_LOST',
      hint: expect.stringMatching(/--tolerate-loss/),
    });
  });
});
