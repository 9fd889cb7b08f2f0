import { Command, Option } from 'commander';
import { InterruptedError, UsageError } from '../errors.js';
import { QUIRK_LIST, readQuirks } from '../news-emulator/quirks.js';
import type { Emulator, EmulatorOptions } from '../news-emulator/server.js';
import { parseRatePerSecond } from '../project/duration.js';
import type { CommandContext, OpenContext } from './command-context.js';
import { nextCommand } from './next-commands.js';
import { collect, parseCount, parsePort, parseWholeNumber } from './parse-flags.js';

interface EmulatorFlags {
  readonly port?: number;
  readonly stories?: number;
  readonly seed?: number;
  readonly release?: string;
  readonly size?: EmulatorOptions['size'];
  readonly limits: boolean;
  readonly quirk?: string[];
}

/** All stories are in memory, and a long one takes about 25 kB. */
const MOST_STORIES = 50_000;

export const newsEmulatorCommand = (open: OpenContext) =>
  new Command('news-emulator')
    .description('an emulator of the Aylien News API with made-up stories, for those without a key; runs until Ctrl-C')
    .option('--port <port>', 'the port on 127.0.0.1; 0 takes any free one (8087)', parsePort)
    .option(
      '--stories <count>',
      'how many stories: four in five are from the last 24 hours, the others come later (5000)',
      parseCount,
    )
    .option('--release <rate>', 'how fast those others come: 1/s, 120/m (1/s)')
    .option('--seed <number>', 'each number makes other stories (1)', parseWholeNumber)
    .addOption(
      new Option('--size <size>', 'short stories have about 3 kB, full ones about 10 kB (short)').choices([
        'short',
        'full',
      ]),
    )
    .option('--no-limits', 'without the limits of 60 hits a minute and 3 a second')
    .option('--quirk <name=value>', 'how it behaves where the real API is not known; may be repeated', collect)
    .addHelpText(
      'after',
      () => `\nQuirks (the first value is the default):\n${describeQuirks()}\n\nExample:\n  ${EXAMPLE}`,
    )
    .action(async (flags: EmulatorFlags) => {
      const options = readFlags(flags);
      const context = await open();
      const { report, signal } = context;
      const { startEmulator } = await import('../news-emulator/server.js');
      let hits = 0;
      const onAnswer: EmulatorOptions['onAnswer'] = ({ method, target }, status) => {
        hits += 1;
        report.progress({ label: `${hits} hits, the last one ${method} ${target.split('?')[0]}: ${status}` });
      };
      const emulator = await startEmulator({ ...options, onAnswer });
      try {
        await present(emulator, options, context);
        await untilAborted(signal);
      } finally {
        await emulator.close();
      }
      // Ctrl-C is the usual way to end it, so there is nothing to hint at.
      throw signal.reason instanceof InterruptedError ? signal.reason.withHint('') : signal.reason;
    });

const EXAMPLE = 'millrace news-emulator --stories 2000 --release 5/s --quirk end=absent --quirk rate-headers=hit';

function describeQuirks(): string {
  return QUIRK_LIST.map(({ name, values, about }) => `  ${name}=${values}\n      ${about}`).join('\n');
}

/** Only the flags that were given: the emulator has its own defaults. */
function readFlags({ port, stories, seed, release, size, limits, quirk }: EmulatorFlags) {
  if (stories !== undefined && stories > MOST_STORIES) {
    throw new UsageError(`${stories} stories are too many`, `They are held in memory: take up to ${MOST_STORIES}.`);
  }
  return {
    ...(port !== undefined && { port }),
    ...(stories !== undefined && { stories }),
    ...(seed !== undefined && { seed }),
    ...(release !== undefined && { releasePerSecond: parseRatePerSecond(release) }),
    ...(size !== undefined && { size }),
    ...(!limits && { limits: null }),
    quirks: readQuirks(quirk ?? []),
  };
}

async function present(
  emulator: Emulator,
  { limits }: Partial<EmulatorOptions>,
  context: CommandContext,
): Promise<void> {
  const { count } = await import('../report/style.js');
  const { url, v5Url, port, feed } = emulator;
  const { released, total, endsAt } = feed;
  const toCome = total > released ? `, ${count(total - released)} to come until ${endsAt.toISOString()}` : '';
  const item = { url, v5Url, port, stories: total, released, endsAt: endsAt.toISOString(), isLimited: limits !== null };
  const follow = nextCommand(context, 'seed', 'news', '--live', '--api-url', url, '--follow', '--poll', '10s');
  context.report.item(item, () =>
    [
      `  News API v6  ${url}`,
      `           v5  ${v5Url}`,
      `  stories      ${count(released)} of the last 24 hours${toCome}`,
      `  limits       ${item.isLimited ? '60 hits a minute and 3 a second, per application id and endpoint' : 'none'}`,
      '  credentials  any that are not empty',
      '',
      '  Follow it in another shell; Ctrl-C here ends it:',
      '    export AYLIEN_APP_ID=anybody AYLIEN_API_KEY=anything',
      `    ${follow}`,
    ].join('\n'),
  );
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}
