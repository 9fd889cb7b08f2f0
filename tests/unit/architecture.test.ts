import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packagePath } from '../../src/project/package-files.js';
import { findBreaches } from './architecture/breaches.js';
import { findCircles } from './architecture/circles.js';
import { findDoubles } from './architecture/doubles.js';
import { exportsOf, importsOf, scanSource } from './source-scan.js';

const root = packagePath('src');
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));
const files = sources.map(({ file }) => file);

describe('architecture', () => {
  test('the sources are found', () => {
    expect(files).toEqual(expect.arrayContaining(['main.ts', 'errors.ts', 'targets/ports.ts']));
  });

  test('every import points downwards, and packages, console and environment stay where they belong', () => {
    const breaches = sources.flatMap((source) => findBreaches(source).map((breach) => `${source.file} ${breach}`));
    expect(breaches).toEqual([]);
  });

  test('no folder imports in a circle', () => {
    expect(findCircles(sources)).toEqual([]);
  });

  test('no name is exported twice', () => {
    expect(findDoubles(sources)).toEqual([]);
  });

  test('every kind of import in the sources is seen', () => {
    const seen = sources.flatMap(({ text }) => importsOf(scanSource(text)));
    const written = sources.flatMap(({ text }) => text.match(/^(import|export) .*? from '|^\} from '/gm) ?? []);
    expect(seen.length).toBeGreaterThanOrEqual(written.length);
  });

  test('every kind of export in the sources is seen', () => {
    const unseen = sources.flatMap(({ file, text }) => {
      const seen = exportsOf(scanSource(text));
      const written = [...text.matchAll(/^export [a-z ]*?(?:function\*?|class|const|type|interface) (\w+)/gm)];
      return written.flatMap(([, name = '']) => (seen.has(name) ? [] : `${file} ${name}`));
    });
    expect(unseen).toEqual([]);
  });
});

describe('the check of the architecture', () => {
  test.each([
    ['kafka/x.ts', "import { submit } from '../runs/submit.js';", 'imports runs, which stands above kafka'],
    ['kafka/x.ts', "import type { Target } from '../jobs/render.js';", 'imports jobs, which stands above kafka'],
    ['kafka/x.ts', "import {\n  type A,\n  b,\n} from '../seed/x.js';", 'imports seed, which stands above kafka'],
    ['kafka/x.ts', "export * from '../spark/master.js';", 'imports spark, which stands above kafka'],
    ['kafka/x.ts', "import '../spark/master.js';", 'imports spark, which stands above kafka'],
    ['kafka/x.ts', "const a = await import('../wiring.js');", 'imports wiring.ts, which stands above kafka'],
    ['kafka/x.ts', 'const a = await import(`../wiring.js`);', 'imports wiring.ts, which stands above kafka'],
    ['kafka/x.ts', "let a: import('../cluster/up.js').UpReport;", 'imports cluster, which stands above kafka'],
    ['kafka/x.ts', `const a = \`\${await import('../wiring.js')}\`;`, 'imports wiring.ts, which stands above kafka'],
    ['kafka/x.ts', 'const a = await import(name);', 'imports a computed path'],
    ['kafka/x.ts', "import { x } from '../../tests/fakes/x.js';", 'imports ../../tests/fakes/x.js, outside src'],
    ['targets/local/x.ts', "import { x } from '../../kafka/x.js';", 'imports kafka, which stands above targets'],
    ['errors.ts', "import { x } from './report/style.js';", 'imports report, which stands above errors.ts'],
    ['wiring.ts', "import { run } from './main.js';", 'imports main.ts, which stands above wiring.ts'],
    ['helpers/x.ts', '', 'src/helpers has no place in the layout'],
    ['runs/x.ts', '', 'src/runs/x.ts has no place in the layout'],
    ['runs/helpers/x.ts', '', 'src/runs/helpers has no place in the layout'],
    ['runs/state/x.ts', "import { x } from '../list/x.js';", 'imports runs/list, which stands above runs/state'],
    ['runs/plan/x.ts', "import type { X } from '../submit/x.js';", 'imports runs/submit, which stands above runs/plan'],
    ['seed/live/x.ts', "import { x } from '../x.js';", 'imports seed/*.ts, which stands above seed/live'],
    ['news-emulator/x.ts', "import { x } from '../kafka/x.js';", 'imports kafka: news-emulator stands apart'],
    [
      'seed/x.ts',
      "import type { X } from '../news-emulator/x.js';",
      'imports news-emulator: news-emulator stands apart',
    ],
    ['runs/list/x.ts', "import { x } from '../../news-api/x.js';", 'imports news-api: news-api stands apart'],
    ['news-api/x.ts', "import { x } from '../project/x.js';", 'imports project: news-api stands apart'],
    ['runs/list/x.ts', "import Handlebars from 'handlebars';", 'imports handlebars, which only jobs may'],
    ['runs/list/x.ts', "import Handlebars from 'handlebars/runtime';", 'imports handlebars, which only jobs may'],
    ['runs/list/x.ts', "import type { Admin } from 'kafkajs';", 'imports kafkajs, which only kafka may'],
    ['runs/list/x.ts', "const { execa } = await import('execa');", 'imports execa, which only targets may'],
    ['runs/list/x.ts', "import chalk from 'chalk';", 'imports chalk, which only report may'],
    ['runs/list/x.ts', "console.log('hello');", 'speaks through console'],
    ['runs/list/x.ts', "globalThis.console.error('hello');", 'speaks through console'],
    ['runs/list/x.ts', `const text = \`a\${console.log(1)}\`;`, 'speaks through console'],
    ['runs/list/x.ts', 'const home = process.env.HOME;', 'reads process.env'],
    ['runs/list/x.ts', "const home = process['env'].HOME;", 'reads process.env'],
    ['runs/list/x.ts', 'const { argv, env } = process;', 'reads process.env'],
    ['runs/list/x.ts', "import { env } from 'node:process';", 'imports node:process'],
  ])('finds in %s: %s', (file, text, breach) => {
    expect(findBreaches({ file, text })).toEqual([breach]);
  });

  test.each([
    [
      'runs/list/x.ts',
      "import { a } from './b.js';\nimport { c } from '../../kafka/c.js';\nimport { d } from '../../errors.js';",
    ],
    [
      'runs/submit/x.ts',
      "import { a } from './b.js';\nimport { c } from '../plan/c.js';\nimport { d } from '../record/d.js';",
    ],
    [
      'seed/x.ts',
      "import { a } from './live/b.js';\nimport { c } from './c.js';\nimport { d } from '../news-api/d.js';",
    ],
    ['news-emulator/aql/x.ts', "import { a } from '../../news-api/a.js';\nimport { b } from '../../errors.js';"],
    ['commands/x.ts', "import { a } from '../news-emulator/a.js';"],
    ['main.ts', "const { wire } = await import('./wiring.js');\nconst home = process.env.HOME;"],
    ['jobs/x.ts', "import Handlebars from 'handlebars';"],
    ['kafka/x.ts', "// import { x } from '../runs/x.js'; console.log(process.env)"],
    ['kafka/x.ts', "/* console.log(\n'a') */ const a = 'console.log(process.env)';"],
    ['kafka/x.ts', `const a = \`console \${\`process.env \${'console'}\`} console\`;`],
    ['kafka/x.ts', "const a = /['\"`]console/.test(b) ? c / d : 'console' ;"],
    ['report/x.ts', "import chalk from 'chalk';\nconsole.log(chalk.red('a'));"],
  ])('finds nothing in %s: %s', (file, text) => {
    expect(findBreaches({ file, text })).toEqual([]);
  });
});

test('the emulator of the news API may not know those who read it', () => {
  const text = "import { x } from '../seed/x.js';";
  expect(findBreaches({ file: 'news-emulator/x.ts', text })).toEqual([
    'imports seed, which stands above news-emulator',
    'imports seed: news-emulator stands apart',
  ]);
});

/** Files by their paths, each with the paths that it imports, or with its text. */
const makeSources = (made: Readonly<Record<string, string | readonly string[]>>) =>
  Object.entries(made).map(([file, content]) => ({
    file,
    text: typeof content === 'string' ? content : content.map((path) => `import { x } from '${path}';`).join('\n'),
  }));

describe('the search for circles', () => {
  test.each([
    ['two folders', { 'a/x.ts': ['../b/y.js'], 'b/y.ts': ['../a/z.js'] }, '', 'a, b'],
    ['three', { 'a/x.ts': ['../b/y.js'], 'b/y.ts': ['../c/z.js'], 'c/z.ts': ['../a/x.js'] }, '', 'a, b, c'],
    ['a folder in a folder', { 'a/b/x.ts': ['../c/y.js'], 'a/c/y.ts': ['../b/x.js'] }, 'a', 'a/b, a/c'],
    ['a folder and the files beside it', { 'a/x.ts': ['./b/y.js'], 'a/b/y.ts': ['../z.js'] }, 'a', 'a, a/b'],
    ['what lies deeper', { 'a/b/c/x.ts': ['../../d/y.js'], 'a/d/y.ts': ['../b/z.js'] }, 'a', 'a/b, a/d'],
    ['files of src itself', { 'main.ts': ['./wiring.js'], 'wiring.ts': ['./main.js'] }, '', 'main.ts, wiring.ts'],
  ])('finds one through %s', (_, made, room, parts) => {
    expect(findCircles(makeSources(made))).toMatchObject([{ room, parts }]);
  });

  test('finds one that only types close, and names an import for each step', () => {
    const text = "import type { X } from '../a/x.js';";
    expect(findCircles([...makeSources({ 'a/x.ts': ['../b/y.js'] }), { file: 'b/y.ts', text }])).toEqual([
      { room: '', parts: 'a, b', because: ['a/x.ts imports b/y.ts', 'b/y.ts imports a/x.ts'] },
    ]);
  });

  test.each([
    ['files of one folder that import each other', { 'a/x.ts': ['./y.js'], 'a/y.ts': ['./x.js'] }],
    ['two ways to the same folder', { 'a/x.ts': ['../b/y.js', '../c/z.js'], 'b/y.ts': ['../c/z.js'], 'c/z.ts': [] }],
    ['main and errors on both ends', { 'main.ts': ['./a/x.js'], 'a/x.ts': ['../errors.js'], 'errors.ts': [] }],
    ['a comment', { 'a/x.ts': ['../b/y.js'], 'b/y.ts': "// import { x } from '../a/x.js';" }],
  ])('finds none in %s', (_, made) => {
    expect(findCircles(makeSources(made))).toEqual([]);
  });
});

describe('the search for names that are exported twice', () => {
  test.each([
    ['types', 'export type Room = 1;', 'export interface Room {}'],
    ['functions', 'export async function Room() {}', 'export function* Room() {}'],
    ['a class and a constant', 'export abstract class Room {}', 'export const Room = 1;'],
    ['a list', 'const Room = 1;\nexport { Room };', 'const a = 1;\nexport { b, a as Room };'],
  ])('finds %s', (_, a, b) => {
    expect(findDoubles(makeSources({ 'a.ts': a, 'b.ts': b }))).toEqual([{ name: 'Room', files: ['a.ts', 'b.ts'] }]);
  });

  test.each([
    ['a constant and its type in one file', 'export const Room = 1;\nexport type Room = typeof Room;', ''],
    ['overloads', 'export function room(a: 1): 1;\nexport function room(a: 2): 2;', ''],
    ['one that is passed on', 'export type Room = 1;', "export type { Room } from './a.js';\nexport * from './a.js';"],
    [
      'one that is imported, then passed on',
      'export type Room = 1;',
      "import { type Room } from './a.js';\nexport type { Room };",
    ],
    [
      'one that is passed on under a name',
      'export const b = 1;',
      "import { b as Room } from './a.js';\nexport { Room };",
    ],
    ['one that stays inside', 'export type Room = 1;', 'interface Room {}\nexport const a = 1;'],
    ['a comment and a text', 'export type Room = 1;', "// export type Room = 2;\nconst a = 'export type Room = 3;';"],
    ['one without a name', 'export default class extends Error {}', 'export default class extends Error {}'],
  ])('finds nothing in %s', (_, a, b) => {
    expect(findDoubles(makeSources({ 'a.ts': a, 'b.ts': b }))).toEqual([]);
  });
});
