import { submitAgainCommand } from '../plan/submit-again.js';
import { isLive } from '../state/run-state.js';
import type { ExplainFacts } from './facts.js';

/** The command that submits the run once more, with what was set. */
export function submitAgain(facts: ExplainFacts, ...flags: readonly string[]): string {
  const { record, status } = facts;
  // Two live runs never share a checkpoint: a submit beside the one that goes on would be refused.
  const stop = isLive(status.state) ? `millrace runs stop ${record.run} && ` : '';
  return `${stop}${submitAgainCommand(record, facts, flags)}`;
}

/** The same with one parameter changed. */
export function submitWith(facts: ExplainFacts, parameter: string, value: string): string {
  const settings = facts.settings.filter((setting) => !setting.startsWith(`${parameter}=`));
  return submitAgain({ ...facts, settings: [...settings, `${parameter}=${value}`] }, '--new-checkpoint');
}

/** The command that fills a topic; nobody but the user knows what goes into a topic of their own. */
export function seedCommand(topic: string, flags = ''): string | null {
  return topic === 'cars' || topic === 'news' ? `millrace seed ${topic}${flags}` : null;
}

/** The command that brings newer events to a topic that has some; null for one of the user's own. */
export function seedNewer(topic: string): string | null {
  return seedCommand(topic, topic === 'news' ? ' --shift-to-now --append' : ' --append');
}
