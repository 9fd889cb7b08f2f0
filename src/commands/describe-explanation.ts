import { addGlobalOptions } from '../report/add-global-options.js';
import { plain, style } from '../report/style.js';
import { wrap } from '../report/wrap.js';
import type { NamedRule, ToldExplanation, ToldFinding } from '../runs/explain/wording/to-words.js';

const WIDTH = 80;
const WORDS_WIDTH = 59;

type ExplanationOfRun = ToldExplanation & { readonly isNewest: boolean };

/** The words between the verdict and the findings, by how likely the first finding is. */
const BECAUSE = {
  certain: 'Because:',
  likely: 'Perhaps because:',
  partly: 'Not all, because:',
  aside: 'Worth knowing:',
};

/** The explanation in 80 columns: the state of the run, the reasons, what helps, and what was ruled out. */
export function describeExplanation(explanation: ExplanationOfRun, globalOptions: readonly string[] = []): string {
  const { findings, ruledOut, unchecked } = explanation;
  const described = findings.flatMap((finding, index) => describeFinding(finding, index, globalOptions));
  const lines = [...indent(wrap(opening(explanation), WIDTH - 2), 2), ...described];
  const list = (title: string, rules: readonly NamedRule[]) =>
    rules.length === 0 ? [] : indent(wrap(`${title}: ${rules.map(({ name }) => name).join(', ')}.`, WIDTH - 2), 2);
  return [...lines, '', ...list('Ruled out', ruledOut), ...list('Could not be checked', unchecked)]
    .join('\n')
    .trimEnd();
}

function opening({ run, isNewest, verdict, findings }: ExplanationOfRun): string {
  const [first] = findings;
  const because = first ? BECAUSE[first.likelihood] : 'Nothing stands in its way.';
  return plain(`${run}${isNewest ? ' (newest)' : ''}: ${verdict}. ${because}`);
}

function describeFinding(
  { words, details, command, likelihood, share }: ToldFinding,
  index: number,
  globalOptions: readonly string[],
): string[] {
  const [first = '', ...rest] = wrap(plain(words), WORDS_WIDTH);
  const label = labelOf(likelihood, share).padStart(WIDTH - WORDS_WIDTH - 6);
  return [
    `  ${index + 1}. ${style.strong(first.padEnd(WORDS_WIDTH))} ${style.quiet(label)}`,
    ...indent(rest, 5),
    ...details.flatMap((detail) => indent(wrap(plain(detail), WIDTH - 5), 5)),
    ...(command ? [`     do: ${addGlobalOptions(command, globalOptions)}`] : []),
  ];
}

function labelOf(likelihood: ToldFinding['likelihood'], share: number | null): string {
  if (likelihood === 'certain') return 'this is it';
  if (likelihood === 'likely') return 'likely';
  if (likelihood === 'aside') return 'by the way';
  return share === null ? 'in part' : `costs ${percent(share)}`;
}

function percent(share: number): string {
  const value = share * 100;
  return `${value >= 10 ? value.toFixed(0) : value.toPrecision(1)} %`;
}

function indent(lines: readonly string[], by: number): string[] {
  return lines.map((line) => ' '.repeat(by) + line);
}
