import { homedir } from 'node:os';
import { join } from 'node:path';
import envPaths from 'env-paths';
import type { CommandContext, OpenOptions } from './commands/command-context.js';
import { readTextIfThere } from './project/atomic-file.js';
import { type Config, loadConfig } from './project/config.js';
import { KnownProjects } from './project/known-projects.js';
import { withLock } from './project/lock.js';
import { packagePath } from './project/package-files.js';
import { findProject } from './project/project-folder.js';
import { homeOf } from './project/project-home.js';
import { parseLock } from './provision/lock-file.js';
import type { ProvisionOptions } from './provision/provide.js';
import { askYesOrNo, confirm } from './report/confirm.js';
import type { Reporter } from './report/reporter.js';
import { parseBrands } from './seed/brands/brands.js';
import { downloadEnvironment } from './targets/clean-environment.js';
import { checkTarget, chooseTarget } from './targets/registry/choose-target.js';
import { createTarget, TARGET_NAMES } from './targets/registry/registry.js';
import { runCommand } from './targets/run-command.js';

const PROVISION_WAIT_MS = 30 * 60_000;

export interface WireOptions {
  readonly flags: { readonly project?: string; readonly target?: string };
  readonly options: OpenOptions;
  readonly globalOptions?: readonly string[];
  readonly signal: AbortSignal;
  readonly report: Reporter;
}

/** The one place that makes the concrete target and hands it, with all else, to the commands. */
export async function wire({
  flags,
  options,
  globalOptions = [],
  signal,
  report,
}: WireOptions): Promise<CommandContext> {
  const root = options.projectFolder ?? flags.project ?? process.env.MILLRACE_PROJECT;
  const project = findProject(process.cwd(), root);
  const flaggedTarget = checkTarget(flags.target);
  const config = await loadConfig(project, {
    env: process.env,
    flags: { ...options.config, ...(flaggedTarget ? { target: flaggedTarget } : {}) },
    targets: TARGET_NAMES,
  });
  const projects = new KnownProjects(
    join(process.env.MILLRACE_DATA || envPaths('millrace', { suffix: '' }).data, 'projects'),
  );
  // The first command in a moved or copied folder decides which of the two it is, and writes that down.
  const { formerly } = homeOf(project.state, () => projects.roots());
  await projects.follow(project.root, formerly);
  const provisioning = await provisionOptions(config, report, signal);
  const { name, reason } = await chooseTarget({
    config,
    project,
    env: process.env,
    mayProbe: options.isChoosingTarget ?? false,
  });
  return {
    project,
    config,
    report,
    signal,
    target: await createTarget(name, { project, config, env: process.env, provisioning }),
    targetReason: reason,
    globalOptions,
    projects,
    openProject: async (folder) => {
      const context = await wire({ flags: {}, options: { projectFolder: folder }, signal, report });
      return { project: context.project, target: context.target };
    },
    jobs: { folders: [project.root, packagePath()] },
    confirm: (question) => confirm(question, options.isYes ?? false),
    ask: askYesOrNo,
    readBrands: async () => {
      const shipped = await readTextIfThere(packagePath('data', 'brands.yaml'));
      return parseBrands(shipped ?? '', await readTextIfThere(join(project.root, 'brands.yaml')));
    },
    environmentOf: (names) => Object.fromEntries(names.map((name) => [name, process.env[name]])),
  };
}

async function provisionOptions(config: Config, report: Reporter, signal: AbortSignal): Promise<ProvisionOptions> {
  const lock = await readTextIfThere(packagePath('src', 'provision', 'artifacts.lock.json'));
  return {
    cacheFolder: process.env.MILLRACE_CACHE || envPaths('millrace', { suffix: '' }).cache,
    lock: parseLock(lock ?? ''),
    env: downloadEnvironment(process.env),
    run: runCommand,
    report,
    configuredJava: config.java,
    configuredPython: config.python,
    configuredMirror: config.mirrors.maven,
    settingsXml: await readTextIfThere(join(homedir(), '.m2', 'settings.xml')),
    withLock: (path, work) => {
      const onWait = ({ pid, command }: { pid: number; command: string }) =>
        report.say(`waiting for \`${command}\` (process ${pid}), which is downloading`);
      return withLock(path, { command: 'millrace', waitMs: PROVISION_WAIT_MS, onWait, signal }, work);
    },
  };
}
