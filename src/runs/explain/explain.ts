import { resolveRun } from '../record/resolve-run.js';
import { readRuns } from '../record/run-record.js';
import { type Evidence, toEvidence } from './evidence.js';
import type { ExplainFacts } from './facts.js';
import { type ExplainSources, gatherFacts } from './gather-facts.js';
import type { Finding, RuleId } from './rule.js';
import { RULES } from './rules.js';

/** What was found, as facts; `toWords` makes sentences of them. */
export interface Explanation {
  readonly evidence: Evidence;
  /** The likeliest first. */
  readonly findings: readonly Finding[];
  readonly ruledOut: readonly RuleId[];
  /** Rules that could not be checked, since a source did not answer. */
  readonly unchecked: readonly RuleId[];
}

export interface ExplainOptions extends ExplainSources {
  /** A word for the run, see `resolveRun`; without it the newest run. */
  readonly run?: string | undefined;
}

/** Why a run has no rows, or fewer than expected. @throws what `resolveRun` throws */
export async function explainRun({ run, ...sources }: ExplainOptions): Promise<Explanation & { isNewest: boolean }> {
  const { target, project } = sources;
  const record = await resolveRun(project, target.name, run);
  const [newest] = await readRuns(project, target.name);
  const facts = await gatherFacts(sources, record);
  return { isNewest: record.run === newest?.run, ...judge(facts) };
}

const RANKS = ['certain', 'likely', 'partly', 'aside'];

/** Applies the rules to the facts: what was found, what was ruled out, and what could not be checked. */
export function judge(facts: ExplainFacts): Explanation {
  const evidence = toEvidence(facts);
  const rules = RULES.filter((rule) => rule.applies(evidence));
  const checked = rules
    .filter((rule) => rule.canTell(evidence))
    .map((rule) => ({ rule, finding: rule.find(evidence) }));
  const findings = checked.flatMap(({ rule, finding }) => (finding ? [{ id: rule.id, ...finding }] : []));
  const ordered = findings.sort(
    (a, b) => RANKS.indexOf(a.likelihood) - RANKS.indexOf(b.likelihood) || (b.share ?? 0) - (a.share ?? 0),
  );
  return {
    evidence,
    findings: onlyOneCertain(ordered),
    ruledOut: checked.filter(({ finding }) => !finding).map(({ rule }) => rule.id),
    unchecked: rules.filter((rule) => !rule.canTell(evidence)).map(({ id }) => id),
  };
}

/** If the first finding explains it alone, the others can only add to it. */
function onlyOneCertain(findings: readonly Finding[]): Finding[] {
  return findings.map((finding, index) =>
    index > 0 && finding.likelihood === 'certain' ? { ...finding, likelihood: 'likely' } : finding,
  );
}
