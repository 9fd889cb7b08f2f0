import { cp, mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { run } from '../target-data.js';

const SHIPPED = ['bin', 'dist', 'jobs', 'templates', 'docker', 'data', 'src/provision', 'jvm', 'package.json'];

/** A copy of what is shipped, as git checks it out on Windows: texts that run in containers end their lines with CR LF. */
export async function makeWindowsCheckout(): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'checkout on windows '));
  for (const path of SHIPPED) await cp(resolve(path), join(copy, path), { recursive: true });
  await symlink(resolve('node_modules'), join(copy, 'node_modules'));
  const { stdout } = await run('grep', ['-rIl', '', join(copy, 'docker'), join(copy, 'templates')]);
  const files = stdout.trim().split('\n');
  if (files.length < 9) throw new Error(`there are only ${files.length} texts that run in containers`);
  for (const file of files) await writeFile(file, (await readFile(file, 'utf8')).replaceAll('\n', '\r\n'));
  return copy;
}
