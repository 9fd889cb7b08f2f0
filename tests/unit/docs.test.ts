import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import type { Command } from 'commander';
import { ExitCode } from '../../src/errors.js';
import { parseJob } from '../../src/jobs/job-definition.js';
import { resolveParameters } from '../../src/jobs/parameters.js';
import { renderJob } from '../../src/jobs/render.js';
import { buildProgram } from '../../src/main.js';
import { askPython } from './jobs/python.js';

const pages = readdirSync('docs', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.md'))
  .map((file) => join('docs', file));
const read = (page: string) => readFileSync(page, 'utf8');
const program = buildProgram(new AbortController().signal);
const childOf = (command: Command, name: string) =>
  command.commands.find((child) => child.name() === name || child.aliases().includes(name));

/** The command lines of a page: `millrace …` in backticks, or at the beginning of a line of code, behind a prompt or settings. */
function commandLines(text: string): string[] {
  const code = [...text.matchAll(/```[\s\S]+?```|^ {4}.+$/gm)].map(([block]) => block).join('\n');
  const quoted = [...text.matchAll(/`millrace ([^`]+)`/g)].map(([, line = '']) => line);
  const typed = [...code.matchAll(/^ *(?:\$ )?(?:[A-Z_]+=\S+ )*millrace (.+)$/gm)].map(([, line = '']) => line);
  return [...quoted, ...typed].flatMap((line) => line.replace(/ {2,}.*| #.*| -- .*/, '').split(/ && millrace /));
}

/** What the program does not know of a command line; words in `…` and `<…>` stand for others. */
function unknownIn(line: string): string[] {
  const words = line.replace(/<[^>]*>/g, '…').split(/\s+/);
  const options = [...program.options];
  const unknown: string[] = [];
  let command = program;
  for (const word of words.filter((one) => /^[\w-]/.test(one) && !one.startsWith('-'))) {
    const child = childOf(command, word);
    if (!child && command.commands.length > 0) unknown.push(word);
    if (!child) break;
    options.push(...child.options);
    command = child;
  }
  const flags = words.filter((word) => /^--[a-z]/.test(word)).map((word) => word.replace(/=.*|\W+$/, ''));
  const known = ['--help', '--version', ...options.map(({ long }) => long)];
  return [...unknown, ...flags.filter((flag) => !known.includes(flag))];
}

describe('README and docs', () => {
  test.each(['README.md', ...pages])('%s shows commands and options that there are', (page) => {
    const wrong = commandLines(read(page)).map((line) => ({ line, unknown: unknownIn(line) }));
    expect(wrong.filter(({ unknown }) => unknown.length > 0)).toEqual([]);
  });

  test('a command or an option that is not there would be found', () => {
    expect(commandLines('`millrace a`\n    X=1 millrace b  # c\n```sh\nmillrace d && millrace e\n```\n')).toHaveLength(
      4,
    );
    expect(unknownIn('cluster up --json --workers 3')).toEqual([]);
    expect(unknownIn('cluster sideways --sideways')).toEqual(['sideways', '--sideways']);
  });

  test('the glossary and the layout name files and folders that there are', () => {
    const [, words = '', layout = ''] =
      /^## Words$([\s\S]*?)^## Layout$([\s\S]*?)\n\n\S/m.exec(read(join('docs', 'architecture.md'))) ?? [];
    const named = [...words.matchAll(/ \| `([\w./-]+)` \|$/gm)].map(([, path = '']) => path);
    const laidOut = [...layout.matchAll(/^ {4}(\S+\/[\w.-]+|\w+\/)/gm)].map(([, path = '']) => path);
    expect([named.length > 30, laidOut.length > 20]).toEqual([true, true]);
    const isThere = (path: string) => existsSync(path) || existsSync(join('src', path));
    expect([...named, ...laidOut].filter((path) => !isThere(path))).toEqual([]);
  });

  test.each(['README.md', 'CHANGELOG.md', ...pages])('%s links to what is there', (page) => {
    const links = [...read(page).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)];
    const broken = links.filter(([, file = '', heading]) => {
      const target = file === '' ? page : normalize(join(dirname(page), file));
      return !existsSync(target) || (heading !== undefined && !headingsOf(read(target)).includes(heading));
    });
    expect(broken.map(([link]) => link)).toEqual([]);
  });

  test('README lists every exit code', () => {
    const [, table = ''] = /\| exit code \| means \|([\s\S]+?)\n\n/.exec(read('README.md')) ?? [];
    const codes = [...table.matchAll(/^\| ([\d, ]+) \|/gm)].flatMap(([, cell = '']) => cell.split(', ').map(Number));
    expect(codes).toEqual(Object.values(ExitCode));
  });

  test('json.md has the JSON of every command', () => {
    const leaves = (command: Command, path = ''): string[] =>
      command.commands.length === 0
        ? [path.trim()]
        : command.commands.flatMap((child) => leaves(child, `${path} ${child.name()}`));
    const hidden = ['runs supervise', '__complete'];
    const text = read('docs/json.md');
    expect(leaves(program).filter((name) => !hidden.includes(name) && !text.includes(`## \`${name}\``))).toEqual([]);
  });

  test('the errors of troubleshooting.md have codes that there are', () => {
    const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
    const text = sources.map((file) => read(join('src', file))).join('\n');
    const codes = [...read('docs/troubleshooting.md').matchAll(/\(([A-Z_]+), exit \d\)/g)].map(([, code]) => code);
    expect(codes.length).toBeGreaterThan(10);
    expect(codes.filter((code) => !new RegExp(`\\b${code}\\b`).test(text))).toEqual([]);
  });

  test('the job that jobs.md writes out renders to Python', () => {
    const text = read('docs/jobs.md');
    const [, definition = ''] = /`jobs\/dear-cars.yaml`:\n\n```yaml\n([\s\S]+?)```/.exec(text) ?? [];
    const [, template = ''] = /`templates\/dear-cars.py.hbs`:\n\n```python\n([\s\S]+?)```/.exec(text) ?? [];
    const job = parseJob('dear-cars', definition, 'jobs/dear-cars.yaml');
    const run = {
      ...{ appName: 'dear-cars-1', bootstrapServers: '127.0.0.1:9092', runFolder: '/r', checkpointFolder: '/c' },
      ...{ outputFolder: '/o', deadLetterTopic: 'dear-cars.dead-letters', trigger: '1 second' },
      ...{ parquetEverySeconds: 10, failOnDataLoss: true },
    };
    const script = renderJob(job, template, resolveParameters(job, ['floor=40000']), run);
    const constants = `output = [n.targets[0].id for n in ast.parse(input).body if isinstance(n, ast.Assign)]`;
    expect(askPython<string[]>(constants, script)).toContain('FLOOR');
    expect(script).toContain('FLOOR = 40000\n');
  });
});

/** As GitHub names them in a link. */
function headingsOf(text: string): string[] {
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}
