import { homedir } from 'node:os';
import { join } from 'node:path';
import envPaths from 'env-paths';
import { planSize } from './cluster/plan-size.js';
import type { CommandContext, OpenOptions } from './commands/command-context.js';
import { UsageError } from './errors.js';
import { readTextIfThere } from './project/atomic-file.js';
import { type Config, loadConfig } from './project/config.js';
import { withLock } from './project/lock.js';
import { packagePath } from './project/package-files.js';
import { findProject } from './project/project-folder.js';
import { parseLock } from './provision/lock-file.js';
import type { ProvisionOptions } from './provision/provide.js';
import { confirm } from './report/confirm.js';
import type { Reporter } from './report/reporter.js';
import { parseBrands } from './seed/brands.js';
import { downloadEnvironment } from './targets/clean-environment.js';
import { memoryBytes } from './targets/local/local-checks.js';
import { createLocalTarget } from './targets/local/local-target.js';
import { runCommand } from './targets/run-command.js';

const PROVISION_WAIT_MS = 30 * 60_000;

export interface WireOptions {
  readonly flags: { readonly project?: string; readonly target?: string };
  readonly options: OpenOptions;
  readonly signal: AbortSignal;
  readonly report: Reporter;
}

/** The one place where concrete targets, clients and reporters are put together. */
export async function wire({ flags, options, signal, report }: WireOptions): Promise<CommandContext> {
  const project = findProject(process.cwd(), options.projectFolder ?? flags.project ?? process.env.MILLRACE_PROJECT);
  const target = checkTarget(flags.target);
  const config = await loadConfig(project, process.env, { ...options.config, ...(target ? { target } : {}) });
  const { isSmall, ...size } = planSize(config, memoryBytes() / 1024 ** 2);
  const provisioning = await provisionOptions(config, report, signal);
  return {
    project,
    config,
    report,
    signal,
    isSmallMachine: isSmall,
    target: createLocalTarget({ project, config, size, env: process.env, provisioning }),
    jobs: { folders: [project.root, packagePath()] },
    confirm: (question) => confirm(question, options.isYes ?? false),
    readBrands: async () => parseBrands((await readTextIfThere(packagePath('data', 'brands.yaml'))) ?? ''),
  };
}

function checkTarget(name: string | undefined): 'local' | undefined {
  if (name === undefined || name === 'local') return name;
  throw new UsageError(`There is no target \`${name}\``, 'There is: local.');
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
