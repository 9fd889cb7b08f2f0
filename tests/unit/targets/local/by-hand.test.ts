import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { prepareByHand } from '../../../../src/targets/local/by-hand.js';
import { LocalFolders } from '../../../../src/targets/local/local-state.js';
import { propertiesFile } from '../../../../src/targets/local/spark-daemons.js';
import { makeLocalState } from '../../../fakes/local-state.js';
import { temporaryFolder } from '../../temporary-folder.js';

const folder = temporaryFolder();
const sparkHome = join(folder, 'spark');
const folders = new LocalFolders(join(folder, 'tést, a state'));
const state = makeLocalState({ sparkHome });
const client = {
  ...{ sparkSubmit: 'spark-submit', python: '/venv/bin/python', propertiesFile: propertiesFile(folders) },
  ...{ connectorJars: ['local:/a.jar'], sparkVersion: '4.2.0', scalaVersion: '2.13', environment: {} },
};
const prepare = (env: Readonly<Record<string, string>>) =>
  prepareByHand({ folders, state, client, env: { PATH: process.env.PATH ?? '', ...env } });

beforeAll(() => {
  mkdirSync(join(sparkHome, 'python', 'lib'), { recursive: true });
  mkdirSync(folders.spark, { recursive: true });
  writeFileSync(propertiesFile(folders), 'spark.authenticate.secret s3cret\n');
});

describe('prepareByHand', () => {
  test('gives a shell without a locale one with which Java finds the settings, also in a folder with accents', async () => {
    expect((await prepare({})).variables).toMatchObject({ LC_ALL: 'C.UTF-8' });
    expect((await prepare({ LC_ALL: 'C' })).variables).toMatchObject({ LC_ALL: 'C.UTF-8' });
  });

  test('keeps the locale of a shell that uses UTF-8', async () => {
    expect((await prepare({ LANG: 'C.UTF-8' })).variables).not.toHaveProperty('LC_ALL');
  });

  test('names the settings, which hold the secret, and unsets those of other installations', async () => {
    const { variables, unset } = await prepare({ SPARK_REMOTE: 'sc://x', SPARK_HOME: '/elsewhere' });
    const file = join(variables.SPARK_CONF_DIR ?? '', 'spark-defaults.conf');
    expect(readFileSync(file, 'utf8')).toContain('spark.authenticate.secret s3cret\n');
    expect(readFileSync(file, 'utf8')).toContain('spark.master spark://127.0.0.1:3\n');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.stringify(variables)).not.toContain('s3cret');
    expect(unset).toEqual(['SPARK_REMOTE']);
  });
});
