import { chmodSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toShell } from '../../../../src/targets/shell.js';

/** What the stand-in says to a command, and the code it ends with. */
export interface Answer {
  readonly stdout?: string;
  readonly stderr?: string;
  readonly exitCode?: number;
}

export interface StandIn {
  /** An environment in which `docker` is the stand-in. */
  readonly env: Record<string, string>;
  /** The arguments of each call so far, joined by blanks; calls made side by side come in any order. */
  calls(): string[];
}

/** A `docker` that gives recorded answers: the first whose pattern (as in a shell's `case`) fits the arguments. */
export function standInDocker(parent: string, answers: ReadonlyArray<readonly [pattern: string, Answer]>): StandIn {
  const folder = mkdtempSync(join(parent, 'docker-'));
  const log = join(folder, 'calls');
  const cases = answers.map(([pattern, { stdout = '', stderr = '', exitCode = 0 }]) =>
    [
      `  ${pattern.replaceAll(' ', '\\ ')})`,
      `    printf %s ${toShell([stdout])}`,
      `    printf %s ${toShell([stderr])} >&2`,
      `    exit ${exitCode} ;;`,
    ].join('\n'),
  );
  const script = join(folder, 'docker');
  const body = [
    '#!/bin/sh',
    `printf '%s\\n' "$*" >>${toShell([log])}`,
    'case "$*" in',
    ...cases,
    'esac',
    'echo "the stand-in has no answer to: $*" >&2',
    'exit 97',
  ];
  writeFileSync(script, `${body.join('\n')}\n`);
  chmodSync(script, 0o755);
  return {
    env: { PATH: `${folder}:/usr/bin:/bin` },
    calls: () => (existsSync(log) ? readFileSync(log, 'utf8').split('\n').slice(0, -1) : []),
  };
}

/** What `docker info --format '{{json .}}'` of an engine tells, as far as it is read. */
export const INFO = JSON.stringify({
  ServerVersion: '28.2.2',
  MemTotal: 8_589_934_592,
  DockerRootDir: '/var/lib/docker',
});

/** A machine on which engine and compose answer. */
export const ANSWERING: ReadonlyArray<readonly [string, Answer]> = [
  ['info *', { stdout: `${INFO}\n` }],
  ['compose version --short', { stdout: '2.26.1\n' }],
];
