import { within } from './give-up.js';

const LOOK_EVERY_MS = 5_000;
const LOOK_WITHIN_MS = 10_000;
/** A broker that answers is not given the time that one needs to start again. */
const ANSWERS_FOR_MS = 30_000;

export interface SilenceOptions {
  readonly silentForMs: number;
  /** Asks the other side whether there is still something to wait for. @throws where it does not answer */
  readonly look: () => Promise<void>;
  /** What to throw where `look` gets no answer in time. */
  readonly noAnswer: () => Error;
  /** Called once. @param failure why the last look failed; undefined where the other side answers and is silent all the same */
  readonly onSilent: (failure: unknown, silentMs: number) => void;
}

/** Looks again and again while nothing is heard, and gives up after `silentForMs`, or earlier where the other side answers. */
export class SilenceWatch {
  private heardAt = Date.now();
  private timer: NodeJS.Timeout | undefined;
  private hasEnded = false;
  private readonly everyMs: number;

  constructor(private readonly options: SilenceOptions) {
    this.everyMs = Math.min(LOOK_EVERY_MS, options.silentForMs);
    this.schedule();
  }

  heard(): void {
    this.heardAt = Date.now();
  }

  end(): void {
    this.hasEnded = true;
    clearTimeout(this.timer);
  }

  private schedule(): void {
    if (!this.hasEnded) this.timer = setTimeout(() => this.tick(), this.everyMs);
  }

  private async tick(): Promise<void> {
    const { silentForMs, onSilent } = this.options;
    const failure = this.silentMs >= this.everyMs ? await this.look() : undefined;
    if (this.hasEnded) return;
    const isAnswering = failure === undefined && this.silentMs >= ANSWERS_FOR_MS;
    if (this.silentMs < silentForMs && !isAnswering) return this.schedule();
    this.end();
    onSilent(failure, this.silentMs);
  }

  private get silentMs(): number {
    return Date.now() - this.heardAt;
  }

  private async look(): Promise<unknown> {
    const { look, noAnswer } = this.options;
    return within(LOOK_WITHIN_MS, look(), noAnswer).then(
      () => undefined,
      (error) => error,
    );
  }
}
