import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { packagePath } from '../../../../src/project/package-files.js';
import { RecordingReporter } from '../../../../src/report/recording-reporter.js';
import { renderOnly } from '../../../../src/runs/submit/render-only.js';
import { makeFolderTarget } from '../../../fakes/folder-target.js';
import { endpointAt } from '../../../fakes/kafka-endpoint.js';
import { failureOf } from '../../failure-of.js';
import { temporaryFolder } from '../../temporary-folder.js';

const { target, project } = makeFolderTarget(temporaryFolder());
const context = {
  target,
  project,
  jobs: { folders: [packagePath()] },
  report: new RecordingReporter(),
  signal: new AbortController().signal,
};

describe('renderOnly', () => {
  test('writes the script and what it imports, with the addresses that the next cluster would have', async () => {
    const { script, lines } = await renderOnly(context, {
      job: 'windowed-news',
      settings: ['window=5s'],
      name: 'mine',
    });
    const text = readFileSync(script, 'utf8');
    expect(script).toBe(target.src.describe('mine-preview.py'));
    expect(text.trimEnd().split('\n')).toHaveLength(lines);
    for (const line of [
      'APP_NAME = "mine-preview"',
      'BOOTSTRAP_SERVERS = "127.0.0.1:1"',
      'WINDOW = "5 seconds"',
      'SLIDE = None',
      'DEAD_LETTER_TOPIC = "mine.dead-letters"',
      `CHECKPOINT_FOLDER = "${target.data.pathForJobs('checkpoints/mine/1')}"`,
    ]) {
      expect(text).toContain(`${line}\n`);
    }
    expect(await target.src.list('.')).toEqual([
      'millrace_job.py',
      'millrace_outputs.py',
      'millrace_progress.py',
      'millrace_records.py',
      'millrace_state.py',
      'mine-preview.py',
      'run-driver.sh',
    ]);
    expect(statSync(join(target.src.describe('run-driver.sh'))).mode & 0o111).toBe(0o111);
  });

  test('refuses brokers that a script cannot reach yet, and writes none', async () => {
    const secured = endpointAt('kafka.example:9093', { tls: { ca: '/etc/ca.pem' } });
    const on = { ...target, kafka: async () => secured };
    const options = { job: 'windowed-news', settings: [], name: 'secured' };
    expect(await failureOf(renderOnly({ ...context, target: on }, options))).toMatchObject({
      code: 'USAGE',
      message: 'Scripts cannot reach the brokers at kafka.example:9093, which want TLS or a login',
    });
    expect(await target.src.read('secured-preview.py')).toBeUndefined();
  });
});
