import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../../../../src/errors.js';
import { basicOf, type Credentials, readCredentials } from '../../../../src/seed/aylien/credentials.js';
import { failureOf } from '../../failure-of.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { KEY, USER } from './scripted-api.js';

const folder = temporaryFolder();

function credentialsFile(text: string, mode = 0o600): string {
  const path = join(folder, `credentials-${Math.random()}`);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

function reveal(credentials: Credentials): string[] {
  return credentials.kind === 'key'
    ? [credentials.appId.reveal(), credentials.apiKey.reveal()]
    : [credentials.appId.reveal(), credentials.username.reveal(), credentials.password.reveal()];
}

describe('readCredentials', () => {
  test.each([
    ['id and key', KEY, ['app-id-4711', 'key-0815-secret']],
    ['id, user and password', USER, ['app-id-4711', 'ada@example.org', 'päss:word-secret']],
    ['id and key before a user and password', { ...KEY, ...USER }, ['app-id-4711', 'key-0815-secret']],
    [
      'id and key without the blanks around them',
      { AYLIEN_APP_ID: ' id4711\n', AYLIEN_API_KEY: '\tkey ' },
      ['id4711', 'key'],
    ],
    [
      'a password with the blanks around it',
      { ...USER, AYLIEN_PASSWORD: ' pass ' },
      ['app-id-4711', 'ada@example.org', ' pass '],
    ],
  ])('takes %s', async (_, env, values) => {
    expect(reveal(await readCredentials(env, undefined))).toEqual(values);
  });

  test.each([
    [{}, ['AYLIEN_APP_ID', 'AYLIEN_API_KEY']],
    [{ AYLIEN_APP_ID: 'id', AYLIEN_API_KEY: '  ' }, ['AYLIEN_API_KEY']],
    [{ AYLIEN_API_KEY: 'hush-hush' }, ['AYLIEN_APP_ID']],
    [{ AYLIEN_APP_ID: 'id', AYLIEN_USERNAME: 'hush-hush' }, ['AYLIEN_PASSWORD']],
    [{ AYLIEN_PASSWORD: 'hush-hush' }, ['AYLIEN_APP_ID', 'AYLIEN_USERNAME']],
  ])('says of %p which variables are missing', async (env, missing) => {
    const error = await failureOf(readCredentials(env, undefined));
    expect(error).toMatchObject({ code: 'CREDENTIALS_MISSING' });
    expect(error).toMatchObject({ missing, exitCode: 3, message: expect.stringContaining(missing.join(' and ')) });
    expect(String(error)).not.toContain('hush-hush');
  });

  test.each([
    { ...KEY, AYLIEN_API_KEY: 'hush\r\nX-Other: hush' },
    { ...KEY, AYLIEN_APP_ID: 'hush hüsh' },
    { ...USER, AYLIEN_PASSWORD: 'hush\nhush' },
    { ...USER, AYLIEN_USERNAME: 'hush:hush' },
  ])('refuses what cannot be sent, without showing it', async (env) => {
    const error = await failureOf(readCredentials(env, undefined));
    expect(error).toBeInstanceOf(UsageError);
    expect((error as Error).message).toMatch(/^AYLIEN_\w+ holds characters/);
    expect((error as Error).message).not.toContain('hush');
  });
});

describe('a file of credentials', () => {
  test('is read like a dotenv file', async () => {
    const file = credentialsFile(
      '\uFEFF# Aylien\r\n\r\nexport AYLIEN_APP_ID="id 1"\r\nAYLIEN_APP_ID = id-2\nOTHER=1\nAYLIEN_API_KEY=\'key=with#signs\'\n',
    );
    expect(reveal(await readCredentials({}, file))).toEqual(['id-2', 'key=with#signs']);
  });

  test('gives what the environment does not', async () => {
    const file = credentialsFile('AYLIEN_APP_ID=id-of-file\nAYLIEN_API_KEY=key-of-file\n', 0o400);
    const env = { AYLIEN_APP_ID: 'id-of-environment', AYLIEN_API_KEY: '' };
    expect(reveal(await readCredentials(env, file))).toEqual(['id-of-environment', 'key-of-file']);
  });

  test.each([0o640, 0o604, 0o660, 0o610, 0o602])('of mode %o is refused with the command that helps', async (mode) => {
    const file = credentialsFile('AYLIEN_APP_ID=hush\nAYLIEN_API_KEY=hush\n', mode);
    const error = await failureOf(readCredentials({}, file));
    expect(error).toBeInstanceOf(UsageError);
    expect(error).toMatchObject({
      message: expect.stringContaining(`(mode ${mode.toString(8)})`),
      hint: expect.stringContaining(`chmod 600 ${file}`),
    });
  });

  test('with a line that is none names its number and not its text', async () => {
    const error = await failureOf(readCredentials({}, credentialsFile('AYLIEN_APP_ID=id\nhush-hush\n')));
    expect(error).toMatchObject({ message: expect.stringMatching(/^Line 2 of .* is not NAME=value$/) });
    expect(String(error)).not.toContain('hush-hush');
  });

  test('that is not there is a usage error', async () => {
    const error = await failureOf(readCredentials({}, join(folder, 'missing')));
    expect(error).toMatchObject({ exitCode: 2, message: expect.stringContaining('no such file') });
  });

  test.each([
    ['a folder', (path: string) => mkdirSync(path, { mode: 0o700 })],
    ['a pipe', (path: string) => execFileSync('mkfifo', ['-m', '600', path])],
    ['a large file', (path: string) => writeFileSync(path, '#'.repeat(100_000), { mode: 0o600 })],
  ])('that is %s is refused, and not waited for', async (_, make) => {
    const path = join(folder, `odd-${Math.random()}`);
    make(path);
    const error = await failureOf(readCredentials({}, path));
    expect(error).toMatchObject({ exitCode: 2, message: `${path} is not a file of credentials` });
  });
});

test('what HTTP Basic sends has user and password in UTF-8', async () => {
  const credentials = await readCredentials(USER, undefined);
  if (credentials.kind !== 'oauth') throw new Error('it has no user');
  expect(Buffer.from(basicOf(credentials).reveal(), 'base64').toString('utf8')).toBe(
    'ada@example.org:päss:word-secret',
  );
});
