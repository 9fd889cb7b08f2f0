/** The files in a run's folder on the target: of its drivers and supervisor, and `stop`, which asks it to end. */
export type RunFileName =
  | 'driver.log'
  | 'driver.json'
  | 'application.json'
  | 'progress.ndjson'
  | 'open-windows.json'
  | 'result.json'
  | 'exit.json'
  | 'stop';

/** The folder of all runs, in the shared data of a target. */
export const RUNS_FOLDER = 'runs';

export function runFolder(run: string): string {
  return `${RUNS_FOLDER}/${run}`;
}

export function runPath(run: string, file: RunFileName): string {
  return `${runFolder(run)}/${file}`;
}

/** Has a folder for each earlier driver of a run, with the files that it left. */
export function attemptsFolder(run: string): string {
  return `${runFolder(run)}/attempts`;
}

export function attemptPath(run: string, attempt: number, file: RunFileName): string {
  return `${attemptsFolder(run)}/${attempt}/${file}`;
}

/** The log of an earlier attempt; without a number that of the present one. Of a long one, the end. */
export function driverLogPath(run: string, attempt?: number): string {
  return attempt === undefined ? runPath(run, 'driver.log') : attemptPath(run, attempt, 'driver.log');
}

/** An earlier part of a long log, to which run-driver.sh has moved its beginning; see `driverLogPath`. */
export function driverLogPartPath(run: string, part: number, attempt?: number): string {
  return `${logFolder(run, attempt)}/driver.${part}.log`;
}

/** The folder of the log and its parts. */
export function logFolder(run: string, attempt?: number): string {
  return attempt === undefined ? runFolder(run) : `${attemptsFolder(run)}/${attempt}`;
}

/** The number of a part, from the name of its file; undefined for another file. */
export function logPartOf(name: string): number | undefined {
  const number = /^driver\.(\d+)\.log$/.exec(name)?.[1];
  return number === undefined ? undefined : Number(number);
}

/** The script that a run starts, in the target's folder of scripts. */
export function scriptPath(run: string): string {
  return `${run}.py`;
}

/** The modules that a user's own script imports from its own folder. */
export function modulesFolder(run: string): string {
  return `${run}-files`;
}

/** The folders that belong to a run's name, each with a folder for every generation. */
export const NAME_FOLDERS = ['checkpoints', 'out'] as const;

export function nameFolder(kind: (typeof NAME_FOLDERS)[number], name: string): string {
  return `${kind}/${name}`;
}

export function checkpointFolder(name: string, generation: number): string {
  return `${nameFolder('checkpoints', name)}/${generation}`;
}

export function outputFolder(name: string, generation: number): string {
  return `${nameFolder('out', name)}/${generation}`;
}
