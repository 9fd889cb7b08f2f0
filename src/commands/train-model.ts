import { Command } from 'commander';
import type { TrainReport } from '../models/train.js';
import type { OpenContext } from './command-context.js';
import { collect, parseCount } from './parse-flags.js';
import { toRunContext } from './run-options.js';

export const trainModelCommand = (open: OpenContext) =>
  new Command('model')
    .description('train the price model on the listings in topic `cars` and save it as a new version')
    .option(
      '--set <name=value>',
      'a parameter of train-car-price, such as algorithm=linear or trees=20; may be repeated',
      collect,
    )
    .option('--cores <count>', 'how many cores it gets, each with one executor (2)', parseCount)
    .option('--queue', 'wait for cores when there are too few')
    .action(async ({ set, cores, queue }: { set?: string[]; cores?: number; queue?: boolean }) => {
      const context = await open();
      const [{ trainModel }, style] = await Promise.all([import('../models/train.js'), import('../report/style.js')]);
      const result = await trainModel(toRunContext(context), {
        settings: set ?? [],
        cores,
        isQueueing: queue ?? false,
      });
      context.report.result(result, () => describe(result, style));
    });

function describe(
  { model, version, path, generated, rows, metrics, baseline }: TrainReport,
  { table, count }: typeof import('../report/style.js'),
): string {
  const leftOut = Object.entries(rows.leftOut).filter(([, number]) => number > 0);
  const left = leftOut.map(([reason, number]) => `${count(number)} ${reason}`).join(', ') || 'none';
  const pounds = (value: number) => `£${count(Math.round(value))}`;
  return [
    `  ${model} ${version}`,
    `  read ${count(rows.read)} cars${generated ? ', all of them generated' : ''}; left out: ${left}`,
    `  learned from ${count(rows.train)}, held out ${count(rows.test)} (by hash: the same every time)`,
    '',
    table(
      [
        ['on the held-out rows', 'this model', 'always the median'],
        ['R2', metrics.r2.toFixed(3), baseline.r2.toFixed(3)],
        ['MAE, typical miss', pounds(metrics.mae), pounds(baseline.mae)],
        ['RMSE', pounds(metrics.rmse), pounds(baseline.rmse)],
      ],
      [1, 2],
    ),
    '',
    `  saved in ${path}`,
  ].join('\n');
}
