// How many programs the JVMs of a stream start for each micro-batch. Java itself tells: its flight recorder has an event for each
// program that it starts (jdk.ProcessStart). Looking at /proc would miss most of them, and the kernel's counter of processes
// counts threads too.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { batchesOf } from './checkpoints.mjs';
import { connect, createTopics } from './kafka.mjs';
import { measureLatencies } from './latency.mjs';
import { project } from './measure.mjs';

const SECONDS = 40;
const BAD_EVERY_SECONDS = 5;

const jdk = (tool, ...args) =>
  execFileSync(process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', tool) : tool, args, { encoding: 'utf8' });

function startRecording(pid) {
  jdk(
    'jcmd',
    `${pid}`,
    'JFR.start',
    'name=bench',
    'jdk.ProcessStart#enabled=true',
    'jdk.ProcessStart#stackTrace=false',
  );
}

function programsSince(pid) {
  const file = join(project, `${pid}.jfr`);
  jdk('jcmd', `${pid}`, 'JFR.stop', 'name=bench', `filename=${file}`);
  const [, count] = /^ *jdk\.ProcessStart +(\d+)/m.exec(jdk('jfr', 'summary', file)) ?? [];
  if (count === undefined) throw new Error(`the recording of process ${pid} has no count of programs`);
  return Number(count);
}

/** Records that are no story: each becomes a dead letter, which is work for a stream too. */
async function sendBadRecords(broker, topics) {
  const producer = connect(broker).producer();
  await producer.connect();
  for (let second = 0; second < SECONDS; second += BAD_EVERY_SECONDS) {
    for (const topic of topics) await producer.send({ topic, messages: [{ key: 'bad', value: '{"brands":' }] });
    await sleep(BAD_EVERY_SECONDS * 1_000);
  }
  await producer.disconnect();
}

/** Programs per micro-batch of each side, while stories, bad records and closed windows come. */
export async function measurePrograms({ broker, sides, round }) {
  const streams = {};
  for (const [side, { start }] of Object.entries(sides)) {
    const name = `programs-${side}-${round}`;
    const spec = { job: 'windowed-news', name, broker, source: `${name}-in`, result: `${name}-out` };
    await createTopics(broker, spec.source, spec.result);
    // Windows close soon, so that parquet is written too.
    const stream = await start({ ...spec, trigger: '1 second', settings: ['watermark=1 second'] });
    await measureLatencies(broker, { ...spec, count: 1, warmUp: 1, everyMs: 500, prefix: name });
    streams[side] = { ...stream, spec };
  }
  const all = Object.values(streams);
  for (const { java } of all) for (const pid of java) startRecording(pid);
  const before = Object.fromEntries(Object.entries(streams).map(([side, stream]) => [side, batchesOf(stream)]));
  const stories = all.map(({ spec }) =>
    measureLatencies(broker, { ...spec, count: SECONDS, warmUp: 0, everyMs: 1_000, prefix: `${spec.name}-more` }),
  );
  await Promise.all([
    ...stories,
    sendBadRecords(
      broker,
      all.map(({ spec }) => spec.source),
    ),
  ]);
  const figures = Object.entries(streams).map(([side, stream]) => {
    const batches = batchesOf(stream) - before[side];
    const programs = stream.java.reduce((sum, pid) => sum + programsSince(pid), 0);
    return [side, { perBatch: programs / batches, programs, batches }];
  });
  for (const { stop } of all) await stop();
  return Object.fromEntries(figures);
}
