import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { followLogs } from '../../../../src/targets/local/follow-logs.js';
import { LocalFolders } from '../../../../src/targets/local/local-state.js';
import type { LogLine } from '../../../../src/targets/target.js';
import { failureOf } from '../../failure-of.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { waitUntil } from '../../wait-until.js';

const folders = new LocalFolders(temporaryFolder());
const path = (service: string) => join(folders.logs, `${service}.log`);
const never = new AbortController().signal;

beforeEach(() => {
  mkdirSync(folders.logs, { recursive: true });
  writeFileSync(path('broker'), 'b1\nb2\nb3\n');
  writeFileSync(path('worker-1'), 'w1\n');
  writeFileSync(`${path('broker')}.1`, 'the log of the start before\n');
});

async function collect(options: { service?: string; lines: number }): Promise<string[]> {
  const found: string[] = [];
  for await (const { service, line } of followLogs(folders, { ...options, isFollowing: false }, never))
    found.push(`${service} ${line}`);
  return found;
}

describe('followLogs', () => {
  test("gives the last lines of every service's log", async () => {
    expect(await collect({ lines: 2 })).toEqual(['broker b2', 'broker b3', 'worker-1 w1']);
  });

  test('gives one service alone', async () => {
    expect(await collect({ service: 'worker-1', lines: 10 })).toEqual(['worker-1 w1']);
  });

  test('gives no line when none is wanted', async () => {
    expect(await collect({ lines: 0 })).toEqual([]);
  });

  test('says which services have a log', async () => {
    expect(await failureOf(collect({ service: 'brokr', lines: 1 }))).toMatchObject({
      code: 'USAGE',
      message: 'No service named `brokr` has a log: there are broker, worker-1',
    });
  });

  test('says when none has written yet', async () => {
    const nowhere = new LocalFolders(join(folders.state, 'nowhere'));
    const following = followLogs(nowhere, { service: 'broker', lines: 1, isFollowing: false }, never);
    expect(await failureOf(following.next())).toMatchObject({
      message: expect.stringContaining('none has written a log yet'),
    });
  });

  test('follows what comes, across a restart of the service, until it is aborted', async () => {
    const controller = new AbortController();
    const found: string[] = [];
    const following = (async () => {
      const options = { lines: 1, isFollowing: true };
      for await (const { service, line } of followLogs(folders, options, controller.signal) as AsyncIterable<LogLine>)
        found.push(`${service} ${line}`);
    })();
    await waitUntil(() => found.length === 2);
    appendFileSync(path('broker'), 'b4\nhal');
    await waitUntil(() => found.length === 3);
    appendFileSync(path('broker'), 'f\n');
    await waitUntil(() => found.length === 4);
    writeFileSync(path('broker'), 'new\n');
    await waitUntil(() => found.length === 5);
    controller.abort();
    await following;
    expect(found).toEqual(['broker b3', 'worker-1 w1', 'broker b4', 'broker half', 'broker new']);
  });
});
