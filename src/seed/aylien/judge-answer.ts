import type { Clock } from '../pace/system-clock.js';
import { at, readList } from '../source/json-fields.js';
import type { ClientLimits } from './client-limits.js';
import type { TextCleaner } from './foreign-text.js';
import { type ApiRefusal, describeRefusal, newsApiErrors } from './news-api-errors.js';
import { PassingFault } from './passing-fault.js';
import { readLimitedWaitMs, readRetryAfterMs } from './rate-headers.js';
import type { HttpAnswer } from './send-request.js';

export interface JudgeOptions {
  readonly limits: ClientLimits;
  readonly clock: Clock;
  readonly cleanText: TextCleaner;
}

/**
 * Gives an answer of 200 back.
 * @throws PassingFault where the next attempt may succeed: 429, 5xx, and what no API should answer
 * @throws NEWS_API_REFUSED for any other 4xx
 */
export function judgeAnswer(answer: HttpAnswer, { limits, clock, cleanText }: JudgeOptions): HttpAnswer {
  const { status, headers } = answer;
  if (status === 200) return answer;
  const refusal = readRefusal(answer, cleanText);
  const reason = `it answered ${describeRefusal(refusal)}`;
  if (status === 429)
    throw new PassingFault(reason, readLimitedWaitMs(headers, limits, clock) ?? limits.limitedPauseMs);
  if (status < 400 || status >= 500) throw new PassingFault(reason, readRetryAfterMs(headers, clock));
  throw newsApiErrors.NEWS_API_REFUSED({ refusal });
}

// Only the first error is read. Its own status has been text in some years and a number in others, so HTTP's is used.
function readRefusal({ status, statusText, body }: HttpAnswer, cleanText: TextCleaner): ApiRefusal {
  const error = readList(at(parseOrNothing(body), 'errors'))[0];
  const said = (name: string) => cleanText(at(error, name));
  return {
    status,
    statusText: cleanText(statusText) ?? '',
    apiCode: said('code'),
    apiId: said('id'),
    title: said('title'),
    detail: said('detail'),
  };
}

function parseOrNothing(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
