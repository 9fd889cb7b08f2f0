import { z } from 'zod';
import { parseJson } from '../../project/atomic-file.js';
import { getPage } from './get-page.js';

/** Spark returns the last 100 kB without a length in the request, and at most 1 MiB at a time (LogPage, Utils.getLog). */
const BYTES_AT_A_TIME = 1_048_576;
/** On a slow machine a worker needs seconds for its first page. */
const ANSWER_WITHIN_MS = 6_000;

const executorSchema = z.object({ id: z.number(), appid: z.string() });
const answerSchema = z.object({ executors: z.array(executorSchema), finishedexecutors: z.array(executorSchema) });

export interface Executor {
  readonly application: string;
  readonly executor: number;
}

/** The executors that a worker has or had (up to 1,000), from the JSON of its page; undefined when it does not answer. */
export async function readExecutors(workerUi: string): Promise<readonly Executor[] | undefined> {
  const { data } = answerSchema.safeParse(parseJson((await getPage(`${workerUi}/json/`, ANSWER_WITHIN_MS)) ?? ''));
  return (
    data &&
    [...data.executors, ...data.finishedexecutors].map(({ id, appid }) => ({ application: appid, executor: id }))
  );
}

/**
 * An executor's stderr from a byte on, at most 1 MiB at a time, through its worker's page, which works on all targets. Undefined
 * when the worker does not answer or has no such file.
 */
export async function readExecutorLog(
  workerUi: string,
  { application, executor }: Executor,
  fromByte = 0,
): Promise<{ text: string; nextByte: number } | undefined> {
  const query = new URLSearchParams({
    appId: application,
    executorId: String(executor),
    logType: 'stderr',
    offset: String(fromByte),
    byteLength: String(BYTES_AT_A_TIME),
  });
  const page = await getPage(`${workerUi}/log/?${query}`, ANSWER_WITHIN_MS);
  return page === undefined ? undefined : stripHeader(page);
}

/** The first line says which bytes follow; for an error of the page (`Error: invalid log directory …`) it says 0 of 0. */
function stripHeader(page: string): { text: string; nextByte: number } | undefined {
  const [header, , end] = /^==== Bytes (\d+)-(\d+) of \d+ of .* ====\n/.exec(page) ?? [];
  if (header === undefined) return undefined;
  const text = page.slice(header.length);
  return /^Error: invalid log /.test(text) && end === '0' ? undefined : { text, nextByte: Number(end) };
}
