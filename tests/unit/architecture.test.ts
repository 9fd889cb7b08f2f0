import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { packagePath } from '../../src/project/package-files.js';
import { importsOf, scanSource } from './source-scan.js';

/** From the top down: a folder may import those below it and itself, never one above. */
const LAYERS = [
  'main.ts',
  'wiring.ts',
  'commands',
  'dashboard',
  'models',
  'runs',
  'seed',
  'news-emulator',
  'news-api',
  'cluster',
  'jobs',
  'spark',
  'kafka',
  'targets',
  'provision',
  'project',
  'report',
  'errors.ts',
];

/** Packages that only one folder may know, so that replacing one of them changes that folder alone. */
const ONLY_IMPORTER: Readonly<Record<string, string>> = {
  handlebars: 'jobs',
  kafkajs: 'kafka',
  execa: 'targets',
  chalk: 'report',
  ora: 'report',
  'fastest-levenshtein': 'project',
};

/** The rules that a source file breaks, in words; `file` is its path below src. */
function findBreaches(file: string, text: string): string[] {
  const source = scanSource(text);
  const here = file.split('/')[0] ?? '';
  const breaches: string[] = [];
  if (!LAYERS.includes(here)) breaches.push(`src/${here} has no place in the layout`);
  for (const { from } of importsOf(source)) {
    if (from === undefined) breaches.push('imports a computed path');
    else if (from.startsWith('.')) breaches.push(...checkLayer(file, here, from));
    else breaches.push(...checkPackage(here, from));
  }
  if (/\bconsole\b/.test(source.code) && here !== 'report') breaches.push('speaks through console');
  if (readsEnvironment(source.code) && !['main.ts', 'wiring.ts'].includes(here)) breaches.push('reads process.env');
  return breaches;
}

function checkLayer(file: string, here: string, from: string): string[] {
  const target = posix.join(posix.dirname(file), from).replace(/\.js$/, '.ts');
  if (target.startsWith('..')) return [`imports ${from}, outside src`];
  const there = target.split('/')[0] ?? '';
  if (there === here || LAYERS.indexOf(there) > LAYERS.indexOf(here)) return [];
  return [`imports ${there}, which stands above ${here}`];
}

function checkPackage(here: string, from: string): string[] {
  const name = from
    .split('/')
    .slice(0, from.startsWith('@') ? 2 : 1)
    .join('/');
  const only = Object.hasOwn(ONLY_IMPORTER, name) ? ONLY_IMPORTER[name] : undefined;
  if (from === 'node:process' || from === 'process' || from === 'console') return [`imports ${from}`];
  return only === undefined || only === here ? [] : [`imports ${name}, which only ${only} may`];
}

/** `process.env`, in brackets or taken out of `process` by its name. */
function readsEnvironment(code: string): boolean {
  return /\bprocess\s*\??\.\s*env\b|\bprocess\s*(\?\.)?\s*\[|\{[^{}]*\benv\b[^{}]*\}\s*=\s*process\b/.test(code);
}

const root = packagePath('src');
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.ts'));

describe('architecture', () => {
  test('the sources are found', () => {
    expect(files).toEqual(expect.arrayContaining(['main.ts', 'errors.ts', 'targets/ports.ts']));
  });

  test('every import points downwards, and packages, console and environment stay where they belong', () => {
    const breaches = files.flatMap((file) =>
      findBreaches(file, readFileSync(join(root, file), 'utf8')).map((breach) => `${file} ${breach}`),
    );
    expect(breaches).toEqual([]);
  });

  test('every kind of import in the sources is seen', () => {
    const seen = files.flatMap((file) => importsOf(scanSource(readFileSync(join(root, file), 'utf8'))));
    const written = files.flatMap(
      (file) => readFileSync(join(root, file), 'utf8').match(/^(import|export) .*? from '|^\} from '/gm) ?? [],
    );
    expect(seen.length).toBeGreaterThanOrEqual(written.length);
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
    ['runs/x.ts', "import Handlebars from 'handlebars';", 'imports handlebars, which only jobs may'],
    ['runs/x.ts', "import Handlebars from 'handlebars/runtime';", 'imports handlebars, which only jobs may'],
    ['runs/x.ts', "import type { Admin } from 'kafkajs';", 'imports kafkajs, which only kafka may'],
    ['runs/x.ts', "const { execa } = await import('execa');", 'imports execa, which only targets may'],
    ['runs/x.ts', "import chalk from 'chalk';", 'imports chalk, which only report may'],
    ['runs/x.ts', "console.log('hello');", 'speaks through console'],
    ['runs/x.ts', "globalThis.console.error('hello');", 'speaks through console'],
    ['runs/x.ts', `const text = \`a\${console.log(1)}\`;`, 'speaks through console'],
    ['runs/x.ts', 'const home = process.env.HOME;', 'reads process.env'],
    ['runs/x.ts', "const home = process['env'].HOME;", 'reads process.env'],
    ['runs/x.ts', 'const { argv, env } = process;', 'reads process.env'],
    ['runs/x.ts', "import { env } from 'node:process';", 'imports node:process'],
  ])('finds in %s: %s', (file, text, breach) => {
    expect(findBreaches(file, text)).toEqual([breach]);
  });

  test.each([
    ['runs/x.ts', "import { a } from './b.js';\nimport { c } from '../kafka/c.js';\nimport { d } from '../errors.js';"],
    ['main.ts', "const { wire } = await import('./wiring.js');\nconst home = process.env.HOME;"],
    ['jobs/x.ts', "import Handlebars from 'handlebars';"],
    ['kafka/x.ts', "// import { x } from '../runs/x.js'; console.log(process.env)"],
    ['kafka/x.ts', "/* console.log(\n'a') */ const a = 'console.log(process.env)';"],
    ['kafka/x.ts', `const a = \`console \${\`process.env \${'console'}\`} console\`;`],
    ['kafka/x.ts', "const a = /['\"`]console/.test(b) ? c / d : 'console' ;"],
    ['report/x.ts', "import chalk from 'chalk';\nconsole.log(chalk.red('a'));"],
  ])('finds nothing in %s: %s', (file, text) => {
    expect(findBreaches(file, text)).toEqual([]);
  });
});
