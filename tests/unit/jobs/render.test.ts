// The golden scripts in tests/golden hold what the shipped jobs render to. After a wanted change of a template:
//   npm run build && UPDATE_GOLDEN=1 npm run test:unit -- render && git diff tests/golden
import { readFileSync, writeFileSync } from 'node:fs';
import { UsageError } from '../../../src/errors.js';
import { findJob, findTemplate, listJobs } from '../../../src/jobs/find-jobs.js';
import { type JobDefinition, parseJob } from '../../../src/jobs/job-definition.js';
import { type ParameterValues, resolveParameters } from '../../../src/jobs/parameters.js';
import { type RunValues, renderJob } from '../../../src/jobs/render.js';
import { packagePath } from '../../../src/project/package-files.js';
import { askPython } from './python.js';

const shipped = { folders: [packagePath()] };

const common = {
  appName: 'golden-1',
  bootstrapServers: '127.0.0.1:9092',
  runFolder: '/home/ada/project/.millrace/data/runs/golden-1',
};
const streaming = {
  ...common,
  deadLetterTopic: 'golden.dead-letters',
  checkpointFolder: '/home/ada/project/.millrace/data/checkpoints/golden/1',
  outputFolder: '/home/ada/project/.millrace/data/out/golden/1',
  trigger: '1 second',
  parquetEverySeconds: 10,
  failOnDataLoss: true,
};
const RUNS: Readonly<Record<string, RunValues>> = {
  'brand-pulse': streaming,
  'windowed-cars': streaming,
  'windowed-news': streaming,
  'train-car-price': { ...common, modelFolder: '/home/ada/project/.millrace/data/models/car-price', version: 'v1' },
};
const jobs = Object.keys(RUNS);

/** Texts that would end a string, a line, a slot or a shell's patience, were they put into a script as they are. */
const HOSTILE = [
  `it's "quoted"`,
  `"""`,
  `'''`,
  '\\',
  '\\"',
  'a\nb\r\nc',
  '"\nimport os; os.system("id") #',
  '); import os; os.system("id") #',
  '{{py appName}}',
  '{{{appName}}}',
  '{{x}}',
  '{x!r} %s %(x)s {0}',
  '$(id) `id` $HOME',
  '__proto__',
  'constructor',
  '# -*- coding: latin-1 -*-',
  '\u2028\u2029\u0085\u000c',
  'Škoda £ 🚗',
];

const withTemplate = (template: string, parameters = '{}'): { job: JobDefinition; template: string } => ({
  job: parseJob('x', `description: x\nkind: batch\ntemplate: x.py.hbs\nparameters: ${parameters}\n`, 'x.yaml'),
  template,
});

async function renderShipped(
  name: string,
  run: RunValues,
  change: (values: ParameterValues) => ParameterValues = (values) => values,
) {
  const job = await findJob(shipped, name);
  return renderJob(job, await findTemplate(shipped, job), change(resolveParameters(job, [])), run);
}

const replaceStrings = <T extends object>(values: T, text: string): T =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === 'string' ? text : value]),
  ) as T;

/** For each script its syntax tree without the constants' values, and the strings that its constants are set to. */
function shapesOf(scripts: readonly string[]): { shape: string; constants: Record<string, unknown> }[] {
  return askPython(
    `
class Blank(ast.NodeTransformer):
    def visit_Constant(self, node):
        return ast.Constant(value=type(node.value).__name__)

def look(script):
    tree = ast.parse(script)
    constants = {
        node.targets[0].id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
    }
    return {"shape": ast.dump(Blank().visit(tree)), "constants": constants}

output = [look(script) for script in input]
`,
    scripts,
  );
}

describe('shipped jobs', () => {
  test('each can be read, has its template, and has a golden script', async () => {
    const found = await listJobs(shipped);
    expect(found.map(({ name }) => name)).toEqual([...jobs].sort());
    for (const job of found) {
      const template = await findTemplate(shipped, job);
      expect(template).not.toContain('{{{');
      expect(template.match(/\{\{.*$/gm)).toEqual(template.match(/\{\{py \w+\}\}$/gm));
      expect(() => resolveParameters(job, [])).not.toThrow();
    }
  });

  test.each(jobs)('%s renders its golden script', async (name) => {
    const golden = packagePath('tests', 'golden', `${name}.py`);
    const script = await renderShipped(name, RUNS[name] as RunValues);
    if (process.env.UPDATE_GOLDEN) writeFileSync(golden, script);
    expect(script).toBe(readFileSync(golden, 'utf8'));
  });

  test('the same input renders the same bytes', async () => {
    for (const name of jobs) {
      const run = RUNS[name] as RunValues;
      const turned = Object.fromEntries(Object.entries(run).reverse()) as unknown as RunValues;
      expect(await renderShipped(name, turned)).toBe(await renderShipped(name, run));
    }
  });

  test.each(jobs)('no value changes the shape of %s, and each arrives as it is', async (name) => {
    const run = RUNS[name] as RunValues;
    const hostile = HOSTILE.map((text) =>
      renderShipped(name, replaceStrings(run, text), (values) => replaceStrings(values, text)),
    );
    const [plain, ...found] = shapesOf(await Promise.all([renderShipped(name, run), ...hostile]));
    for (const [index, { shape, constants }] of found.entries()) {
      expect(shape).toBe(plain?.shape);
      expect(constants).toMatchObject({
        APP_NAME: HOSTILE[index],
        BOOTSTRAP_SERVERS: HOSTILE[index],
        RUN_FOLDER: HOSTILE[index],
      });
    }
  });
});

describe('renderJob', () => {
  test("spells a parameter by its type and a run's value by its own", () => {
    const parameters =
      '{share: {type: float, default: 1, description: x}, slide: {type: interval, default: null, description: x}}';
    const { job, template } = withTemplate(
      'A = {{py share}}\nB = {{py slide}}\nC = {{py version}}\nD = {{py isNew}}\n',
      parameters,
    );
    const script = renderJob(job, template, { share: 1, slide: null }, { ...common, version: 3, isNew: true });
    expect(script).toBe('A = 1.0\nB = None\nC = 3\nD = True\n');
  });

  test('renders the name of a slot that every object has', () => {
    const { job, template } = withTemplate(
      'A = {{py constructor}}\n',
      '{constructor: {type: string, default: a, description: x}}',
    );
    expect(renderJob(job, template, { constructor: 'b' } as unknown as ParameterValues, common)).toBe('A = "b"\n');
  });

  test.each([
    ['raw text', 'A = {{{appName}}}\n'],
    ['raw text by its sign', 'A = {{&appName}}\n'],
    ['a slot without py', 'A = {{appName}}\n'],
    ['a block', '{{#if appName}}A = 1{{/if}}\n'],
    ['a comment', '{{! note }}\n'],
    ['a partial', '{{> other}}\n'],
    ['a helper of another name', 'A = {{log appName}}\n'],
    ['a helper with two arguments', 'A = {{py appName appName}}\n'],
    ['a path', 'A = {{py this.appName}}\n'],
    ['a tag over two lines', 'A = {{py\nappName}}\n'],
    ['whitespace control', 'A = {{~py appName}}\n'],
    ['a slot inside a string', 'print("{{py appName}}")\n'],
    ['a slot inside an expression', 'A = {{py appName}} + f()\n'],
    ['a slot inside a call', 'f({{py appName}})\n'],
    ['two slots on a line', 'A = {{py appName}}{{py appName}}\n'],
    ['an escaped slot', 'A = \\{{py appName}}\n'],
  ])('refuses a template with %s', (_, text) => {
    const { job, template } = withTemplate(text);
    const render = () => renderJob(job, template, {}, common);
    expect(render).toThrow(UsageError);
    expect(render).toThrow(/^The template x\.py\.hbs holds `\{\{/);
  });

  test.each([
    ['that nobody knows', 'A = {{py windw}}\n', 'uses the slot `windw`', 'appName, bootstrapServers, runFolder'],
    [
      'that only objects have',
      'A = {{py toString}}\n',
      'uses the slot `toString`',
      'appName, bootstrapServers, runFolder',
    ],
    ['that is no name', 'A = {{py true}}\n', 'uses the slot `true`', 'appName, bootstrapServers, runFolder'],
    ['that is never closed', 'A = {{py appName}\n', 'cannot be rendered: ', 'NAME = {{py name}}'],
  ])('refuses a slot %s and says what would do', (_, text, message, hint) => {
    const { job, template } = withTemplate(text);
    const render = () => renderJob(job, template, {}, common);
    expect(render).toThrow(UsageError);
    expect(render).toThrow(
      expect.objectContaining({
        message: expect.stringContaining(`The template x.py.hbs ${message}`),
        hint: expect.stringContaining(hint),
      }),
    );
  });

  test('refuses a value that Python source cannot hold', () => {
    const { job, template } = withTemplate('A = {{py appName}}\n');
    expect(() => renderJob(job, template, {}, { ...common, appName: 'a\0' })).toThrow('NUL');
  });
});
