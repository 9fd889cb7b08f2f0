import { MillraceError } from '../../errors.js';
import type { Environment } from '../../project/config.js';
import type { Target, TargetOptions } from '../target.js';

/** A kind of place where clusters and runs can live. */
export interface TargetKind {
  /** Loads the modules of the kind only now, so that a command does not load those of all kinds. */
  create(options: TargetOptions): Promise<Target>;
  /** For a kind that may be chosen where the user names none: why it can be used. @throws MillraceError with why it cannot */
  probe?(env: Environment): Promise<string>;
}

const KINDS: Readonly<Record<string, TargetKind>> = {
  local: { create: async (options) => (await import('../local/local-target.js')).createLocalTarget(options) },
  docker: {
    create: async (options) => (await import('../docker/docker-target.js')).createDockerTarget(options),
    probe: async (env) => {
      const { DockerEngine } = await import('../docker/engine.js');
      const { version, composeVersion } = await new DockerEngine(env).probe();
      return `Docker ${version} with compose ${composeVersion} answers`;
    },
  },
};

/** The kind that needs nothing but this machine. */
export const DEFAULT_TARGET = 'local';

export const TARGET_NAMES: readonly string[] = Object.keys(KINDS);

export interface ChosenTarget {
  readonly name: string;
  /** Why it was chosen; null where it was named, or there is nothing to say. */
  readonly reason: string | null;
}

/** Makes the target with this name, which must be one of `TARGET_NAMES`. */
export function createTarget(name: string, options: TargetOptions): Promise<Target> {
  return (KINDS[name] as TargetKind).create(options);
}

/** The first kind that answers, else the default one, which every machine has. */
export async function probeTargets(env: Environment): Promise<ChosenTarget> {
  let reason: string | null = null;
  for (const [name, { probe }] of Object.entries(KINDS)) {
    try {
      if (probe) return { name, reason: await probe(env) };
    } catch (error) {
      if (!(error instanceof MillraceError)) throw error;
      reason ??= error.message;
    }
  }
  return { name: DEFAULT_TARGET, reason };
}
