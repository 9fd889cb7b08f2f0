import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packagePath } from '../../../src/project/package-files.js';

const src = packagePath('src');

/**
 * The files that write commands of other programs for a shell, and where it is tested that these commands need no setting of the
 * shell. A file that is added here needs such a test: without a locale in the shell, Java cannot open a path with an accent.
 */
const WRITERS = {
  'targets/local/local-drivers.ts': 'local-drivers.test.ts: commandLine gives what launch gives',
  'targets/docker/docker-drivers.ts': 'compose-file.test.ts: the services have it, and exec passes it on',
  'targets/docker/by-hand.ts': 'compose-file.test.ts: the services have it, and exec passes it on',
  'cluster/by-hand.ts': 'by-hand.test.ts: on target local the variables have it',
};

/** These quote millrace commands, which set the environment of their child processes themselves, or the name of a file to look at. */
const OWN = [
  'commands/next-commands.ts',
  'commands/describe-seed.ts',
  'runs/explain/gather-facts.ts',
  'runs/plan/plan-submit.ts',
  'runs/plan/submit-again.ts',
];

test('every command that is printed to be pasted carries its environment', () => {
  const found = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && /from '[./a-z]*\/shell\.js'/.test(readFileSync(join(src, file), 'utf8')),
  );
  const known = [...Object.keys(WRITERS), ...OWN, 'targets/clean-environment.ts'];
  expect(found.sort()).toEqual(known.sort());
});
