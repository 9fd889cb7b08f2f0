import { ExitCode, MillraceError } from '../errors.js';

export class NotReadyError extends MillraceError {
  readonly code = 'NOT_READY';
  readonly exitCode = ExitCode.NotReady;
  override readonly retriable = true;
  readonly hint = 'See `millrace cluster logs`; a slow machine may only need `millrace cluster up` once more.';

  constructor(
    readonly service: string,
    readonly probe: string,
    readonly lastSeen: string,
  ) {
    super(`The ${service} did not get ready in time: ${probe}; last seen: ${lastSeen}`);
  }
}

export class NotOurClusterError extends MillraceError {
  readonly code = 'NOT_OUR_CLUSTER';
  readonly exitCode = ExitCode.Usage;
  readonly hint = 'Start and stop it with the tools of whoever runs it.';

  constructor(readonly target: string) {
    super(`The cluster of target ${target} was not started by millrace`);
  }
}

export class OtherTargetUpError extends MillraceError {
  readonly code = 'OTHER_TARGET_UP';
  readonly exitCode = ExitCode.Usage;
  readonly hint: string;

  constructor(readonly target: string) {
    super(`This project's cluster is up on target ${target}, and a project has one cluster`);
    this.hint = `Take it down first: \`millrace cluster down --target ${target}\`; its topics and results stay there. If that target is gone for good, delete .millrace/cluster.json.`;
  }
}
