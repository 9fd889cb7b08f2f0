import { quote } from '../targets/shell.js';
import type { ByHand, Target } from '../targets/target.js';

export interface ByHandReport extends ByHand {
  readonly target: string;
}

/** Everything that a Spark program started by hand needs to join the cluster. @throws ClusterNotRunningError */
export async function readByHand(target: Target): Promise<ByHandReport> {
  const { bootstrapServers, jobBootstrapServers } = await target.kafka();
  const { variables, ...rest } = await target.drivers.byHand();
  const brokers = {
    MILLRACE_BOOTSTRAP_SERVERS: bootstrapServers,
    MILLRACE_JOB_BOOTSTRAP_SERVERS: jobBootstrapServers,
  };
  return { target: target.name, variables: { ...variables, ...brokers }, ...rest };
}

/** The same as code for bash and zsh; running it twice changes nothing more. */
export function toShellCode({ variables, prepend, unset, functions }: ByHandReport): string {
  return [
    // Those of a target that was meant before.
    'unset -f in-master to-master spark-submit pyspark 2>/dev/null || :',
    ...(unset.length > 0 ? [`unset ${unset.join(' ')}`] : []),
    ...Object.entries(variables).map(([name, value]) => `export ${name}=${quote(value)}`),
    ...Object.entries(prepend).map(([name, entries]) => putFirst(name, entries.join(':'))),
    // By its keyword: an alias of that name would else be put in the place of the name.
    ...Object.entries(functions).map(([name, body]) => `function ${name} { ${body}; }`),
  ].join('\n');
}

function putFirst(name: string, entries: string): string {
  const longer = `${quote(entries)}"\${${name}:+:$${name}}"`;
  return `case "\${${name}-}:" in ${quote(`${entries}:`)}*) ;; *) export ${name}=${longer} ;; esac`;
}
