import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packagePath } from '../../../src/project/package-files.js';

const src = packagePath('src');

/**
 * Who writes commands of other programs for a shell, and where it is tested that they need nothing of it. Java opens no path with
 * an accent in a shell without a locale: whoever is added here has to see to that.
 */
const WRITERS = {
  'targets/local/local-drivers.ts': 'local-drivers.test.ts: commandLine gives what launch gives',
  'targets/docker/docker-drivers.ts': 'compose-file.test.ts: the services have it, and exec passes it on',
  'targets/docker/by-hand.ts': 'compose-file.test.ts: the services have it, and exec passes it on',
  'cluster/by-hand.ts': 'by-hand.test.ts: on target local the variables have it',
};

/** Their quoting is for commands of ours, which see to their children themselves, or for a file to be looked at. */
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
