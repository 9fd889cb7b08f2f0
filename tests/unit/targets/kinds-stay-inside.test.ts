import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packagePath } from '../../../src/project/package-files.js';
import { TARGET_NAMES } from '../../../src/targets/registry/registry.js';
import { importsOf, scanSource } from '../source-scan.js';

const root = packagePath('src');
const above = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.startsWith('targets'))
  .map((file) => ({ file, source: scanSource(readFileSync(join(root, file), 'utf8')) }));

test('nothing above src/targets imports what one kind of target is made of', () => {
  const kinds = above.flatMap(({ file, source }) =>
    importsOf(source).flatMap(({ from }) =>
      /\/targets\/(?!registry\/)[\w-]+\//.test(from ?? '') ? [`${file}: ${from}`] : [],
    ),
  );
  expect(above.length).toBeGreaterThan(100);
  expect(kinds).toEqual([]);
});

test('nothing above src/targets knows the name of a target, nor the settings of Spark standalone', () => {
  const words = [...TARGET_NAMES.map((name) => new RegExp(`^${name}$`)), /^spark:\/\//, /^spark\.cores\.max/];
  const known = above.flatMap(({ file, source }) =>
    source.strings.filter((text) => words.some((word) => word.test(text))).map((text) => `${file}: ${text}`),
  );
  expect(known).toEqual([]);
});
