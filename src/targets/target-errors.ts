import { defineErrors, ExitCode, MillraceError } from '../errors.js';

/** Caught by code that works without a cluster, such as `ifUp`, and by a supervisor that waits for one. */
export class ClusterNotRunningError extends MillraceError {
  readonly code = 'CLUSTER_NOT_RUNNING';
  readonly exitCode = ExitCode.Prerequisite;
  readonly hint = 'Run `millrace cluster up` first, or name another project with --project.';

  constructor(readonly project: string) {
    super(`No cluster runs for the project ${project}`);
  }
}

/** Caught by callers that know the program and can say more, or do without it. */
export class ProgramMissingError extends MillraceError {
  readonly code = 'PROGRAM_MISSING';
  readonly exitCode = ExitCode.Prerequisite;
  readonly hint = 'Run `millrace doctor` to see what is missing on this machine.';

  constructor(
    readonly program: string,
    options?: ErrorOptions,
  ) {
    super(`${program} could not be started`, options);
  }
}

export const targetErrors = defineErrors({
  PORT_TAKEN: {
    exitCode: ExitCode.Prerequisite,
    message: ({ port, service, holder }: { port: number; service: string; holder: string }) =>
      `Port ${port}, which the ${service} needs, is taken by ${holder}`,
    hint: 'End that program, set another port in millrace.yaml (`ports:`), or run with `--ports auto`.',
  },
  SERVICE_FAILED: {
    exitCode: ExitCode.NotReady,
    message: ({ service, reason, lastLines = [] }: ServiceFailure) =>
      `The ${service} ${reason}${quoteLastLines(lastLines)}`,
    hint: ({ service, hint }) =>
      hint ??
      `See \`millrace cluster logs ${service}\` (with \`cluster up --retain\` the services that did start stay up).`,
    onlyInWords: ['lastLines'],
  },
  MOVED_WHILE_UP: {
    exitCode: ExitCode.Prerequisite,
    message: ({ folder, services }: { folder: string; services: readonly string[] }) =>
      `The project was moved while its cluster ran: ${services.join(', ')} still work in ${folder}`,
    hint: 'Run `millrace cluster down`, then `millrace cluster up`, which starts it in this folder; topics and results stay.',
  },
  CLUSTER_FILE_DAMAGED: {
    exitCode: ExitCode.Prerequisite,
    message: ({ file }: { file: string }) =>
      `${file} cannot be read, so millrace does not know which target this project's cluster is on`,
    hint: 'Name the target of the cluster: `millrace cluster up --target local`, or `--target docker`, goes on with it and writes the file again.',
  },
});

interface ServiceFailure {
  readonly service: string;
  readonly reason: string;
  /** The last lines of its log. */
  readonly lastLines?: readonly string[];
  /** For a driver: `cluster logs` does not show its log. */
  readonly hint?: string;
}

function quoteLastLines(lines: readonly string[]): string {
  return lines.length === 0 ? '' : `; its last lines:\n${lines.map((line) => `    ${line}`).join('\n')}`;
}
