import { ExitCode, MillraceError } from '../errors.js';

export class ClusterNotRunningError extends MillraceError {
  readonly code = 'CLUSTER_NOT_RUNNING';
  readonly exitCode = ExitCode.Prerequisite;
  readonly hint = 'Run `millrace cluster up` first, or name another project with --project.';

  constructor(readonly project: string) {
    super(`No cluster runs for the project ${project}`);
  }
}

export class PortTakenError extends MillraceError {
  readonly code = 'PORT_TAKEN';
  readonly exitCode = ExitCode.Prerequisite;
  readonly hint: string;

  constructor(
    readonly port: number,
    readonly service: string,
    readonly holder: string,
  ) {
    super(`Port ${port}, which the ${service} needs, is taken by ${holder}`);
    this.hint = 'End that program, set another port in millrace.yaml (`ports:`), or run with `--ports auto`.';
  }
}

export class ServiceFailedError extends MillraceError {
  readonly code = 'SERVICE_FAILED';
  readonly exitCode = ExitCode.NotReady;
  readonly hint: string;

  constructor(
    readonly service: string,
    readonly reason: string,
    lastLines: readonly string[],
    hint = `See \`millrace cluster logs ${service}\` (with \`cluster up --retain\` what did start stays up).`,
  ) {
    const tail =
      lastLines.length === 0 ? '' : `; its last lines:\n${lastLines.map((line) => `    ${line}`).join('\n')}`;
    super(`The ${service} ${reason}${tail}`);
    this.hint = hint;
  }
}

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

export class MovedWhileUpError extends MillraceError {
  readonly code = 'MOVED_WHILE_UP';
  readonly exitCode = ExitCode.Prerequisite;
  readonly hint =
    'Run `millrace cluster down`, then `millrace cluster up`, which goes on in this folder; topics and results stay.';

  constructor(
    readonly folder: string,
    readonly services: readonly string[],
  ) {
    super(`The project was moved while its cluster ran: ${services.join(', ')} still work in ${folder}`);
  }
}

export class ClusterFileDamagedError extends MillraceError {
  readonly code = 'CLUSTER_FILE_DAMAGED';
  readonly exitCode = ExitCode.Prerequisite;
  readonly hint =
    'Say where the cluster was: `millrace cluster up --target local`, or `--target docker`, goes on with it and writes the file again.';

  constructor(readonly file: string) {
    super(`${file} cannot be read, so nothing tells which target this project's cluster is on`);
  }
}
