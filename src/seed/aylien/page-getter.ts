import type { Clock } from '../pace/system-clock.js';
import type { Authorizer } from './authorizer.js';
import type { ClientLimits } from './client-limits.js';
import { type Envelope, readEnvelope } from './envelope.js';
import { type TextCleaner, textCleaner } from './foreign-text.js';
import { judgeAnswer } from './judge-answer.js';
import { PassingFault } from './passing-fault.js';
import { persist } from './persist.js';
import { type Quota, readQuota } from './rate-headers.js';
import { RequestPacer } from './request-pacer.js';
import { type HttpAnswer, type HttpCall, sendRequest } from './send-request.js';

export interface PageGetterOptions {
  readonly authorizer: Authorizer;
  readonly limits: ClientLimits;
  readonly clock: Clock;
  onWait(reason: string, ms: number): void;
}

export interface Page extends Envelope {
  readonly quota: Quota | null;
}

/** Shorter waits for the API's rates are not reported: there is one after every third request of a second. */
const QUIET_MS = 1_000;

/** Gets pages one after another, within the API's rates, with credentials, and tries again after passing faults. */
export class PageGetter {
  private readonly pacer: RequestPacer;
  private readonly cleanText: TextCleaner;

  constructor(private readonly options: PageGetterOptions) {
    this.pacer = new RequestPacer(options.limits.rates, options.clock);
    this.cleanText = textCleaner(() => options.authorizer.secrets());
  }

  /** @throws NEWS_API_REFUSED, NewsApiUnavailableError, and the signal's reason when it aborts */
  getPage(url: URL, signal: AbortSignal): Promise<Page> {
    const attempt = async (deadline: number) => {
      const { headers, body } = await this.getAuthorized(url, (call) => this.exchange(call, deadline, signal));
      return { ...readEnvelope(body, this.cleanText), quota: readQuota(headers) };
    };
    return persist(attempt, { ...this.options, signal });
  }

  /** After a 401 it asks once more, with a new token. */
  private async getAuthorized(url: URL, exchange: (call: HttpCall) => Promise<HttpAnswer>): Promise<HttpAnswer> {
    const { authorizer, limits, clock } = this.options;
    const judge = (answer: HttpAnswer) => judgeAnswer(answer, { limits, clock, cleanText: this.cleanText });
    const ask = async () => {
      const credentials = await authorizer.headers(async (call) => judge(await exchange(call)));
      return exchange({ url, method: 'GET', headers: { Accept: 'application/json', ...credentials } });
    };
    const answer = await ask();
    return judge(answer.status === 401 && authorizer.renew() ? await ask() : answer);
  }

  private async exchange(call: HttpCall, deadline: number, signal: AbortSignal): Promise<HttpAnswer> {
    await this.waitForTurn(signal);
    const { limits, clock } = this.options;
    const leftMs = deadline - clock.now();
    if (leftMs <= 0) throw new PassingFault('the limit of requests left no time for this one');
    const withinMs = Math.min(limits.requestMs, leftMs);
    return sendRequest(call, { withinMs, bodyBytes: limits.bodyBytes, cleanText: this.cleanText }, signal);
  }

  private async waitForTurn(signal: AbortSignal): Promise<void> {
    const { clock, onWait } = this.options;
    for (let waitMs = this.pacer.take(); waitMs > 0; waitMs = this.pacer.take()) {
      if (waitMs > QUIET_MS) onWait('it takes no more requests for now', waitMs);
      await clock.sleep(waitMs, signal);
    }
  }
}
