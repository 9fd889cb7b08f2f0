import { resolveRun } from '../record/resolve-run.js';
import { readRuns } from '../record/run-record.js';
import type { RunState } from '../state/run-state.js';
import { type Evidence, type Finding, several, toEvidence } from './evidence.js';
import type { ExplainFacts } from './facts.js';
import { type ExplainSources, gatherFacts } from './gather-facts.js';
import { RULES } from './rules.js';

export interface Explanation {
  readonly run: string;
  readonly isNewest: boolean;
  readonly state: RunState;
  /** How it goes, a part of a sentence: `runs well, yet parquet has 0 rows`. */
  readonly verdict: string;
  /** The likeliest first. */
  readonly findings: readonly Finding[];
  readonly ruledOut: readonly Ruling[];
  /** What a source that did not answer would have told. */
  readonly unchecked: readonly Ruling[];
}

export interface Ruling {
  readonly id: string;
  readonly name: string;
}

export interface ExplainOptions extends ExplainSources {
  /** A word for it; the newest one where none is named. */
  readonly run?: string | undefined;
}

/** Why a run has no rows, or fewer than expected. @throws what `resolveRun` throws */
export async function explainRun({ run, ...sources }: ExplainOptions): Promise<Explanation> {
  const { target, project } = sources;
  const record = await resolveRun(project, target.name, run);
  const [newest] = await readRuns(project, target.name);
  const facts = await gatherFacts(sources, record);
  return { isNewest: record.run === newest?.run, ...judge(facts) };
}

const RANKS = ['certain', 'likely', 'partly', 'aside'];

/** The rules over the facts: what was found, what was ruled out, and what could not be told. */
export function judge(facts: ExplainFacts): Omit<Explanation, 'isNewest'> {
  const evidence = toEvidence(facts);
  const rules = RULES.filter((rule) => rule.applies(evidence));
  const told = rules.filter((rule) => rule.canTell(evidence)).map((rule) => ({ rule, finding: rule.find(evidence) }));
  const findings = told.flatMap(({ rule, finding }) => (finding ? [{ id: rule.id, ...finding }] : []));
  const ordered = findings.sort(
    (a, b) => RANKS.indexOf(a.likelihood) - RANKS.indexOf(b.likelihood) || (b.share ?? 0) - (a.share ?? 0),
  );
  return {
    run: facts.record.run,
    state: facts.status.state,
    verdict: verdictOf(evidence, ordered[0]),
    findings: onlyOneCertain(ordered),
    ruledOut: told.filter(({ finding }) => !finding).map(({ rule }) => ({ id: rule.id, name: rule.name })),
    unchecked: rules.filter((rule) => !rule.canTell(evidence)).map(({ id, name }) => ({ id, name })),
  };
}

/** What stands behind the first that explains it alone may only come on top. */
function onlyOneCertain(findings: readonly Finding[]): Finding[] {
  return findings.map((finding, index) =>
    index > 0 && finding.likelihood === 'certain' ? { ...finding, likelihood: 'likely' } : finding,
  );
}

const STANDS_STILL = ['broker-unreachable', 'no-cores', 'executor-lost', 'topic-missing', 'topic-recreated'];

function verdictOf(evidence: Evidence, first: Finding | undefined): string {
  const { status, record, isLive } = evidence;
  if (record.kind === 'batch' && !isLive) return `${status.state}${batchRows(evidence)}`;
  if (status.state === 'queued' || status.state === 'starting') return 'has not started yet';
  if (record.kind === 'batch') return 'runs; a batch tells what it read at its end';
  if (!isLive) return `${status.state}; ${rowsOf(evidence)}`;
  const isStill = first?.likelihood === 'certain' && STANDS_STILL.includes(first.id);
  if (isStill) return `stands still; ${rowsOf(evidence)}`;
  return `${hasRead(evidence) ? 'runs well' : 'runs'}; ${rowsOf(evidence)}`;
}

function batchRows({ batch }: Evidence): string {
  return batch?.rowsRead == null ? '' : `; ${several(batch.rowsRead, 'row')} read`;
}

function hasRead({ figures }: Evidence): boolean {
  return figures.rowsRead > 0 || figures.rowsChecked > 0;
}

function rowsOf(evidence: Evidence): string {
  const { figures, checkpoint } = evidence;
  const { rowsRead, results, parquetRows, isResumed } = figures;
  if (!hasRead(evidence)) return 'it has read nothing';
  const files =
    checkpoint?.windowMs == null && checkpoint?.sessionMs == null ? [] : [`${several(parquetRows, 'row')} in parquet`];
  const counts = [`${several(rowsRead, 'record')} read`, several(results, 'result'), ...files].join(', ');
  return isResumed ? `${counts}, by this run alone` : counts;
}
