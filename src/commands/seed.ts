import { Command } from 'commander';
import type { SeedContext, SeedOptions, SeedReport } from '../seed/engine/seeding.js';
import type { SeedChoice, SeedKind } from '../seed/seed-kind.js';
import type { CommandContext, OpenContext } from './command-context.js';
import { describeSeed } from './describe-seed.js';
import { addSeedOptions, readSeedFlags } from './seed-options.js';

/** `seed <kind>`: one command per kind of seed. */
export const seedKindCommand = (open: OpenContext, kind: SeedKind) =>
  addSeedOptions(new Command(kind.name), kind)
    .description(kind.description)
    .argument('[files...]', kind.argument)
    .addHelpText('after', `\nExamples:\n${kind.examples.map((example) => `  ${example}`).join('\n')}`)
    .action(async (files: string[], flags: { yes?: boolean }) => {
      const { options, choice } = readSeedFlags(kind, files, flags);
      const context = await open({ isYes: flags.yes });
      const { report, isEndless } = await seed(context, kind, choice, options);
      const style = await import('../report/style.js');
      context.report.result(kind.toJson(report), () => describeSeed(context, kind, report, style));
      // Only Ctrl-C ends an endless seed. Its result counts, and the exit code still says that it was interrupted.
      if (isEndless) context.signal.throwIfAborted();
    });

export interface SeedOutcome {
  readonly report: SeedReport;
  readonly isEndless: boolean;
}

/** Opens what was chosen and publishes it. */
export async function seed(
  context: CommandContext,
  kind: SeedKind,
  choice: SeedChoice,
  options: SeedOptions,
): Promise<SeedOutcome> {
  const { report, readBrands } = context;
  const environment = context.environmentOf(kind.credentials);
  const { runSeed } = await import('../seed/engine/run-seed.js');
  const opened = await choice.open({ report, readBrands, environment });
  const isEndless = opened.source.isEndless ?? false;
  return { report: await runSeed(toSeedContext(context), opened, { ...options, ...choice.options }), isEndless };
}

/** The cluster is asked last: a mistake in files, flags or credentials is told also while none runs. */
function toSeedContext({ target, project, report, signal, confirm }: CommandContext): SeedContext {
  return { kafka: () => target.kafka(), project, report, signal, confirm };
}
