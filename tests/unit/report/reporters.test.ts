import { moduleUrl, runModule } from '../run-module.js';

const imports = `
  import { UsageError } from ${JSON.stringify(moduleUrl('errors.js'))};
  import { JsonReporter } from ${JSON.stringify(moduleUrl('report', 'json-reporter.js'))};
  import { TerminalReporter } from ${JSON.stringify(moduleUrl('report', 'terminal-reporter.js'))};
  import { confirm } from ${JSON.stringify(moduleUrl('report', 'confirm.js'))};`;

/** A whole command's worth of speaking, from a process of its own whose output is no terminal. */
const speak = `
  report.say('by the way');
  report.warn('careful');
  report.progress({ label: 'cars', done: 1, total: 2, unit: 'rows' });
  const value = await report.step('broker', async (step) => { step.detail('127.0.0.1:9092'); return 42; });
  report.item({ n: 1 }, () => 'item one');
  report.result({ value }, () => 'the value is ' + value);
  await report.step('master', () => Promise.reject(new UsageError('It is wrong', 'Fix it.'))).catch((error) => report.failure(error));
  report.failure(new TypeError('x is undefined'));`;

describe('JsonReporter', () => {
  test('puts items and result on stdout, one JSON per line, and the rest as JSON on stderr', async () => {
    const { exitCode, stdout, stderr } = await runModule(`${imports} const report = new JsonReporter(); ${speak}`);
    expect(exitCode).toBe(0);
    expect(stdout).toBe('{"n":1}\n{"value":42}\n');
    const lines = stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toEqual([
      { warning: 'careful' },
      { error: expect.objectContaining({ code: 'USAGE', message: 'It is wrong', hint: 'Fix it.', exitCode: 2 }) },
      { error: expect.objectContaining({ code: 'BUG', message: 'This is a bug in millrace: x is undefined' }) },
    ]);
  });
});

const SEE = 'See `millrace runs list`';

describe('TerminalReporter', () => {
  test('adds global options to the commands in messages, and leaves results as they are', async () => {
    const { stdout, stderr } = await runModule(`${imports}
      const report = new TerminalReporter(false, undefined, () => ['--target local']);
      report.say(${JSON.stringify(SEE)});
      report.warn(${JSON.stringify(SEE)});
      report.failure(new UsageError(${JSON.stringify(SEE)}, ${JSON.stringify(SEE)}));
      report.result({}, () => ${JSON.stringify(SEE)});`);
    expect(stdout).toBe(`${SEE}\n`);
    expect(stderr.match(/`.*`/g)).toEqual(Array<string>(4).fill('`millrace runs list --target local`'));
  });

  test('puts results on stdout and the rest on stderr, without a spinner off a terminal', async () => {
    const { exitCode, stdout, stderr } = await runModule(
      `${imports} const report = new TerminalReporter(false); ${speak}`,
    );
    expect(exitCode).toBe(0);
    expect(stdout).toBe('item one\nthe value is 42\n');
    expect(stderr).not.toContain('\u001b');
    expect(stderr).toMatch(/^ {2}by the way$/m);
    expect(stderr).toMatch(/^ {2}! careful$/m);
    expect(stderr).toMatch(/^ {2}✓ broker {5}127\.0\.0\.1:9092 +\d+\.\d s$/m);
    expect(stderr).toMatch(/^ {2}✗ master .*\d s$/m);
    expect(stderr).toMatch(/^error It is wrong\n {2}→ Fix it\.$/m);
    expect(stderr).toMatch(
      /^TypeError: x is undefined\n {4}at [\s\S]*^error This is a bug in millrace: x is undefined$/m,
    );
  });
});

describe('view', () => {
  const views = [
    'RUN\na-1 starting',
    'RUN\na-1 starting',
    `RUN\na-1 running ${'x'.repeat(21)}`,
    '\u001b[1mRUN\u001b[22m',
    'end',
  ];
  const show = (reporter: string) =>
    runModule(`${imports} const report = ${reporter};
      for (const text of ${JSON.stringify(views)}) report.view({ text }, () => text);
      report.result({}, () => 'done');`);

  test('takes the place of the one before on a terminal, whose lines may be too short for it', async () => {
    const back = (rows: number) => `\u001b[${rows}A\r\u001b[J`;
    const { stdout } = await show('new TerminalReporter(true, () => 16)');
    expect(stdout).toBe(`${views[0]}\n${back(2)}${views[2]}\n${back(4)}${views[3]}\n${back(1)}${views[4]}\ndone\n`);
  });

  test.each([
    ['stands below the one before where results do not go to a terminal', 'true'],
    ['does so without any terminal', 'false'],
  ])('%s', async (_, isTerminal) => {
    const { stdout } = await show(`new TerminalReporter(${isTerminal})`);
    expect(stdout).toBe([views[0], views[2], views[3], views[4], 'done', ''].join('\n'));
  });

  test('is a line of JSON each time it is looked at, for a program', async () => {
    const { stdout } = await show('new JsonReporter()');
    expect(stdout).toBe(
      `${[...views.map((text) => ({ text })), {}].map((value) => JSON.stringify(value)).join('\n')}\n`,
    );
  });
});

describe('confirm', () => {
  test.each([
    ['is answered beforehand by --yes', 'true', ''],
    ['is an error, never a hang, where nobody can answer', 'false', 'Delete it? There is no terminal to answer on'],
  ])('%s', async (_, isYes, message) => {
    const script = `${imports} await confirm('Delete it?', ${isYes}).catch((error) => console.log(error.message));`;
    expect(await runModule(script)).toEqual({ exitCode: 0, stdout: message && `${message}\n`, stderr: '' });
  });
});
