export interface CommandResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

export interface CommandOptions {
  readonly cwd?: string;
  /** The program's whole environment: nothing of ours is added. */
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  /** Called with each finished line of stdout and stderr. */
  readonly onLine?: (line: string) => void;
}

/**
 * Runs a program to its end. Any exit code is a result; the promise is rejected only when the program
 * cannot be started, is aborted or takes longer than `timeoutMs`.
 */
export type RunCommand = (file: string, args: readonly string[], options?: CommandOptions) => Promise<CommandResult>;

/** The last line that a program said; empty for one that said nothing. */
export function lastLine({ stdout, stderr }: CommandResult): string {
  return `${stdout}\n${stderr}`.trim().split('\n').at(-1) ?? '';
}

/** The environment of a program as plain values. */
export type PlainEnvironment = Readonly<Record<string, string>>;
