import { stripVTControlCharacters } from 'node:util';
import ora, { type Ora } from 'ora';
import { addGlobalOptionsIn } from './add-global-options.js';
import { describeFailure } from './failure.js';
import type { Progress, Reporter, Step } from './reporter.js';
import { bar, count, seconds, style } from './style.js';

const PROGRESS_LINE_EVERY_MS = 10_000;

/** Speaks to a person: results on stdout, all else on stderr, a spinner only on a terminal. */
export class TerminalReporter implements Reporter {
  private readonly active = new Map<object, string>();
  private spinner: Ora | undefined;
  private progressText = '';
  private lastProgressLine = 0;
  private lastView = '';

  /**
   * @param isTerminal whether stderr is one
   * @param columns the width of the terminal that results go to; undefined where they go elsewhere
   * @param globalOptions those of this command, which are added to the commands in messages and hints
   */
  constructor(
    private readonly isTerminal: boolean,
    private readonly columns: () => number | undefined = () => process.stdout.columns,
    private readonly globalOptions: () => readonly string[] = () => [],
  ) {}

  async step<T>(title: string, work: (step: Step) => Promise<T>): Promise<T> {
    const startedAt = Date.now();
    const key = {};
    let detail = '';
    this.active.set(key, title);
    this.refresh();
    const finish = (mark: string) => {
      this.active.delete(key);
      this.progressText = '';
      this.line(`  ${mark} ${title.padEnd(10)} ${detail.padEnd(56)} ${style.quiet(seconds(Date.now() - startedAt))}`);
    };
    try {
      const value = await work({
        detail: (text) => {
          detail = text;
        },
      });
      finish(style.good('✓'));
      return value;
    } catch (error) {
      finish(style.bad('✗'));
      throw error;
    }
  }

  say(message: string): void {
    this.line(`  ${addGlobalOptionsIn(message, this.globalOptions())}`);
  }

  warn(message: string): void {
    this.line(`  ${style.caution('!')} ${addGlobalOptionsIn(message, this.globalOptions())}`);
  }

  progress(now: Progress): void {
    this.progressText = describeProgress(now);
    if (this.isTerminal) this.refresh();
    else this.progressLine();
  }

  item(_value: object, text: () => string): void {
    this.clear();
    console.log(text());
  }

  view(_value: object, text: () => string): void {
    const view = text();
    if (view === this.lastView) return;
    // Moves up to where the last view began and clears what is below; the lines above it stay.
    const columns = this.columns();
    const back = columns && this.lastView !== '' ? `\u001b[${rowsOf(this.lastView, columns)}A\r\u001b[J` : '';
    this.lastView = view;
    console.log(`${back}${view}`);
  }

  result(_value: object, text: () => string): void {
    this.progressText = '';
    this.clear();
    console.log(text());
  }

  failure(error: unknown): void {
    this.progressText = '';
    this.clear();
    const { message, hint, stack } = describeFailure(error);
    if (stack) console.error(stack);
    console.error(`${style.bad('error')} ${addGlobalOptionsIn(message, this.globalOptions())}`);
    if (hint) console.error(`  ${style.quiet('→')} ${addGlobalOptionsIn(hint, this.globalOptions())}`);
  }

  private line(text: string): void {
    this.clear();
    console.error(text.trimEnd());
    this.refresh();
  }

  /** Where stderr is no terminal, a line every ten seconds shows that long work is still running. */
  private progressLine(): void {
    const now = Date.now();
    if (this.lastProgressLine === 0) this.lastProgressLine = now;
    if (now - this.lastProgressLine < PROGRESS_LINE_EVERY_MS) return;
    this.lastProgressLine = now;
    console.error(`  … ${this.progressText}`);
  }

  private refresh(): void {
    if (!this.isTerminal) return;
    const text = [[...this.active.values()].join(', '), this.progressText].filter(Boolean).join('  ');
    if (text === '') {
      this.clear();
      return;
    }
    this.spinner ??= ora({ stream: process.stderr, indent: 2, discardStdin: false, hideCursor: false });
    this.spinner.text = text;
    if (!this.spinner.isSpinning) this.spinner.start();
  }

  private clear(): void {
    this.spinner?.stop();
  }
}

/** How many rows of the screen a text takes: a terminal breaks lines that are too long for it. */
function rowsOf(text: string, columns: number): number {
  const lines = stripVTControlCharacters(text).split('\n');
  return lines.reduce((rows, { length }) => rows + Math.max(1, Math.ceil(length / columns)), 0);
}

function describeProgress({ label, done, total, unit }: Progress): string {
  if (done === undefined) return label;
  if (!total) return `${label}  ${count(done)} ${unit}`;
  return `${label}  ${bar(done / total).padEnd(20, '░')}  ${count(done)} of ${count(total)} ${unit}`;
}
