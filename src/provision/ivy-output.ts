export interface IvyFailure {
  /** Coordinates of what could not be fetched, as group:name:version. */
  readonly modules: readonly string[];
  readonly reason: string;
}

/** What Ivy's output says about a failed run. */
export function readIvyFailure(output: string): IvyFailure {
  const found = output.matchAll(/(?::: |\[FAILED +\] )([\w.-]+)#([\w.-]+);([\w.-]+)(?:: not found|!)/g);
  const modules = [...new Set([...found].map(([, group, name, version]) => `${group}:${name}:${version}`))];
  return { modules, reason: findReason(output) };
}

function findReason(output: string): string {
  const access = /Server access error at url \S+ \((.*)\)/.exec(output)?.[1];
  if (access) return access.replace(/^java\.\w+(\.\w+)*\./, '');
  const failed = /\[FAILED +\] \S+: (.*?)(?: \(\d+ms\))?$/m.exec(output)?.[1];
  if (failed) return failed;
  const host = /Host (\S+) not found/.exec(output)?.[1];
  if (host) return `host ${host} not found`;
  if (/: not found/.test(output)) return 'the repository does not have it';
  return lastLine(output) ?? 'Ivy said nothing';
}

function lastLine(output: string): string | undefined {
  const lines = output.split('\n').map((line) => line.trim());
  return lines.findLast((line) => line !== '' && !line.startsWith(':: USE VERBOSE'));
}
