import type { Reporter } from '../report/reporter.js';
import { type Artifacts, ensureArtifacts } from './artifacts.js';
import type { ArtifactLock } from './lock-file.js';
import { findMavenMirror, type MavenMirror } from './mirrors.js';
import type { Java } from './probe-toolchain.js';
import type { PlainEnvironment, RunCommand } from './run-command.js';
import { findJava, findPython } from './toolchain.js';

/** Where artifacts come from and where they are kept. */
export interface ProvisionOptions {
  readonly cacheFolder: string;
  readonly lock: ArtifactLock;
  /** The environment for downloads: PIP_*, proxies and certificates of the user's. */
  readonly env: PlainEnvironment;
  readonly run: RunCommand;
  readonly report: Reporter;
  readonly configuredJava: string | undefined;
  readonly configuredPython: string | undefined;
  readonly configuredMirror: string | undefined;
  /** The text of Maven's settings.xml, where the user has one. */
  readonly settingsXml: string | undefined;
  readonly withLock: <T>(path: string, work: () => Promise<T>) => Promise<T>;
}

export interface Provided {
  readonly java: Java;
  readonly artifacts: Artifacts;
}

/** Finds Java and Python and makes sure that everything pinned is in the cache; throws what these throw. */
export async function provide(options: ProvisionOptions, signal: AbortSignal): Promise<Provided> {
  const { env, run, configuredJava, configuredPython } = options;
  const [java, python] = await Promise.all([
    findJava({ env, run, configured: configuredJava }),
    findPython({ env, run, configured: configuredPython }),
  ]);
  const artifacts = await ensureArtifacts({ ...options, java, python, mirror: mavenMirror(options), signal });
  return { java, artifacts };
}

export function mavenMirror({ configuredMirror, settingsXml }: ProvisionOptions): MavenMirror | undefined {
  return findMavenMirror({ configured: configuredMirror, settingsXml });
}
