import { execFileSync } from 'node:child_process';

const ANSWER_WITHIN_MS = 30_000;
const LARGEST_ANSWER = 64 * 1024 * 1024;

/** Runs a script in one python3 process; it finds `input` parsed, and what it puts into `output` comes back. */
export function askPython<T>(script: string, input: unknown, withinMs = ANSWER_WITHIN_MS): T {
  const whole = `import ast, json, sys\ninput = json.load(sys.stdin)\n${script}\njson.dump(output, sys.stdout)\n`;
  const options = {
    input: JSON.stringify(input),
    encoding: 'utf8',
    timeout: withinMs,
    maxBuffer: LARGEST_ANSWER,
  } as const;
  return JSON.parse(execFileSync('python3', ['-c', whole], options)) as T;
}
