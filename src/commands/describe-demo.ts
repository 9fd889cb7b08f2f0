import { count, seconds, table } from '../report/style.js';
import type { CommandContext } from './command-context.js';
import type { DemoReport } from './demo-story.js';
import { describeNext, nextCommand } from './next-commands.js';

type Own = Pick<CommandContext, 'globalOptions'>;

/** The results of the demo, and the next commands: in its project where that is kept, else in the user's own. */
export function describeDemo(context: CommandContext, own: Own, report: DemoReport): string {
  const { target } = context;
  const { cars, news, prices, stories, pulse, model, seconds: took } = report;
  const priceRows = [...prices]
    .sort((a, b) => b.count - a.count)
    .map((row) => [row.make, count(row.count), `£${count(Math.round(row.mean_price))}`]);
  const storyList = [...stories].sort((a, b) => b.stories - a.stories).map((row) => `${row.brand} ${row.stories}`);
  const pounds = (value: number) => `£${count(Math.round(value))}`;
  return [
    `  ${count(cars.published)} cars and ${count(news.published)} stories went through Kafka and Spark in ${seconds(took * 1000)}.`,
    '',
    `  mean asked price per make, newest full window (from ${startOf(prices)} UTC, topic windowed-cars)`,
    table([['make', 'cars', 'mean'], ...priceRows], [1, 2]),
    '',
    `  stories per brand, newest full window: ${storyList.join(', ')}`,
    `  stories against mean price, last window closed on both sides (from ${startOf(pulse)} UTC): ${describePulse(pulse)}`,
    `  price model ${model.version}: R2 ${model.metrics.r2.toFixed(3)}, typical miss ${pounds(model.metrics.mae)} (always the median: ${pounds(model.baseline.mae)})`,
    '',
    `  scripts ${target.src.describe('')}    results ${target.data.describe('')}`,
    ...describeNext(report.isKept ? nextInDemo(context) : nextInOwnProject(own)),
  ].join('\n');
}

function nextInDemo(demo: Own) {
  return [
    { command: nextCommand(demo, 'topic', 'tail', 'windowed-cars') },
    { command: nextCommand(demo, 'cluster', 'down') },
  ];
}

function nextInOwnProject(own: Own) {
  return [
    { command: nextCommand(own, 'cluster', 'up'), does: 'a cluster of your own' },
    { command: nextCommand(own, 'seed', 'cars'), does: 'the sample again; name CSV files to take yours' },
  ];
}

/** The start of the window that all rows belong to. */
function startOf(windows: ReadonlyArray<{ readonly window_start: string }>): string {
  return windows[0]?.window_start.slice(11, 16) ?? '--:--';
}

function describePulse(pulse: DemoReport['pulse']): string {
  const both = pulse.flatMap(({ make, stories, mean_price }) =>
    stories > 0 && mean_price !== null ? [{ make, stories, mean_price }] : [],
  );
  if (both.length === 0) return 'no make has both in it';
  const most = both.sort((a, b) => b.stories - a.stories).slice(0, 3);
  return most
    .map(({ make, stories, mean_price }) => `${make} ${stories} at £${count(Math.round(mean_price))}`)
    .join(', ');
}
