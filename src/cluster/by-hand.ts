import { quote } from '../targets/shell.js';
import type { ByHand, Target } from '../targets/target.js';

export interface ByHandReport extends ByHand {
  readonly target: string;
}

/** Everything that a Spark program needs to join the cluster when the user starts it. @throws ClusterNotRunningError */
export async function readByHand(target: Target): Promise<ByHandReport> {
  const { bootstrapServers, jobBootstrapServers } = await target.kafka();
  const { variables, ...rest } = await target.drivers.byHand();
  const brokers = {
    MILLRACE_BOOTSTRAP_SERVERS: bootstrapServers,
    MILLRACE_JOB_BOOTSTRAP_SERVERS: jobBootstrapServers,
  };
  return { target: target.name, variables: { ...variables, ...brokers }, ...rest };
}

/** The same as code for bash and zsh; a second run of it changes nothing. */
export function toShellCode({ variables, prepend, unset, functions }: ByHandReport): string {
  return [
    // Functions that an earlier run left, perhaps for another target.
    'unset -f in-master to-master spark-submit pyspark 2>/dev/null || :',
    ...(unset.length > 0 ? [`unset ${unset.join(' ')}`] : []),
    ...Object.entries(variables).map(([name, value]) => `export ${name}=${quote(value)}`),
    ...Object.entries(prepend).map(([name, entries]) => putFirst(name, entries.join(':'))),
    // With the keyword `function`: without it the shell would replace the name by an alias of that name.
    ...Object.entries(functions).map(([name, body]) => `function ${name} { ${body}; }`),
  ].join('\n');
}

function putFirst(name: string, entries: string): string {
  const longer = `${quote(entries)}"\${${name}:+:$${name}}"`;
  return `case "\${${name}-}:" in ${quote(`${entries}:`)}*) ;; *) export ${name}=${longer} ;; esac`;
}
