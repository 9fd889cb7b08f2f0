import { ExitCode, MillraceError } from '../errors.js';

/** The emulator cannot listen where it was told to. */
export class EmulatorPortError extends MillraceError {
  readonly code = 'PORT_TAKEN';
  readonly exitCode = ExitCode.Prerequisite;
  readonly hint: string;

  /** @param reason such as `is taken by …` */
  constructor(
    readonly port: number,
    reason: string,
    options?: ErrorOptions,
  ) {
    super(`Port ${port}, which the news emulator needs, ${reason}`, options);
    this.hint = `Take another one, as in \`--port ${port + 1}\`, or \`--port 0\` for any that is free.`;
  }
}
