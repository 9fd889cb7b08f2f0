import { submitAgainCommand } from '../plan/submit-again.js';
import { isLive } from '../state/run-state.js';
import type { ExplainFacts } from './facts.js';

/** The command that submits the run again with the same settings. */
export function submitAgain(facts: ExplainFacts, ...flags: readonly string[]): string {
  const { record, status } = facts;
  // Two live runs never share a checkpoint: while this run is live, a submit would be refused.
  const stop = isLive(status.state) ? `millrace runs stop ${record.run} && ` : '';
  return `${stop}${submitAgainCommand(record, facts, flags)}`;
}

/** The same with another value for one parameter, and a new checkpoint. */
export function submitWith(facts: ExplainFacts, parameter: string, value: string): string {
  const settings = facts.settings.filter((setting) => !setting.startsWith(`${parameter}=`));
  return submitAgain({ ...facts, settings: [...settings, `${parameter}=${value}`] }, '--new-checkpoint');
}

/** The command that fills a topic; null for a user's own topic, whose records only the user has. */
export function seedCommand(topic: string, flags = ''): string | null {
  return topic === 'cars' || topic === 'news' ? `millrace seed ${topic}${flags}` : null;
}

/** The command that adds newer events to a topic; null for a user's own topic. */
export function seedNewer(topic: string): string | null {
  return seedCommand(topic, topic === 'news' ? ' --shift-to-now --append' : ' --append');
}
