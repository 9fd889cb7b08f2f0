import { defineErrors, ExitCode, MillraceError } from '../../errors.js';

/** Stands for a folder whose path only the engine knows. */
export const ENGINE_FOLDER = 'the folder of the Docker engine';

/** Any other failure of `docker …`; caught by callers that know what they asked for and can say more. */
export class DockerFailedError extends MillraceError {
  readonly code = 'DOCKER_FAILED';
  readonly exitCode = ExitCode.Remote;
  readonly hint = 'Try again; `millrace doctor --target docker` shows the state of the engine.';

  constructor(
    readonly command: string,
    readonly reason: string,
  ) {
    super(`\`docker ${command}\` failed: ${reason}`);
  }
}

export const engineErrors = defineErrors({
  DOCKER_MISSING: {
    exitCode: ExitCode.Prerequisite,
    message: 'There is no `docker` on the PATH',
    hint: 'Install Docker Engine with the compose plugin, or take `--target local`, which needs neither.',
  },
  DOCKER_UNREACHABLE: {
    exitCode: ExitCode.Prerequisite,
    message: ({ reason }: { reason: string }) => `No Docker engine answers: ${reason}`,
    hint: 'Start Docker (or set DOCKER_HOST, `docker context use`), or take `--target local`.',
  },
  DOCKER_DENIED: {
    exitCode: ExitCode.Prerequisite,
    message: ({ reason }: { reason: string }) => `You may not use the Docker engine: ${reason}`,
    hint: 'Join the group that owns the socket (`sudo usermod -aG docker "$USER"`, then log in again), or take `--target local`.',
  },
  DOCKER_ELSEWHERE: {
    exitCode: ExitCode.Prerequisite,
    message: ({ host }: { host: string }) =>
      `The Docker engine is on another machine (${host}), and the cluster's ports would be there`,
    hint: 'Use an engine of this machine (`docker context use default`), or take `--target local`.',
  },
  COMPOSE_MISSING: {
    exitCode: ExitCode.Prerequisite,
    message: ({ found, needed }: { found: string; needed: string }) =>
      `Docker has no compose that can start the cluster: ${found}, and ${needed} or later is needed`,
    hint: 'Install the `docker-compose-plugin` of your distribution, or take `--target local`.',
    onlyInWords: ['found', 'needed'],
  },
  NAME_TAKEN: {
    exitCode: ExitCode.Prerequisite,
    message: ({ projectName, holder }: { projectName: string; holder: string }) =>
      `The Docker project name ${projectName} is taken by ${holder}`,
    hint: ({ projectName }) =>
      `If it is no longer needed, remove it with \`docker compose -p ${projectName} down\`; what it holds stays in its volumes.`,
  },
  CONTAINER_NAME_TAKEN: {
    exitCode: ExitCode.Prerequisite,
    message: ({ container }: { container: string }) => `Another container is called ${container}`,
    hint: ({ container }) => `Remove it if it is no longer needed: \`docker rm -f ${container}\`.`,
  },
  PULL_FAILED: {
    exitCode: ExitCode.Remote,
    retriable: true,
    message: ({ image, reason }: { image: string; reason: string; mirror: string | undefined }) =>
      `The image ${image} could not be pulled: ${reason}`,
    hint: ({ reason, mirror }) => hintForPull(reason, mirror),
    onlyInWords: ['mirror'],
  },
  BUILD_FAILED: {
    exitCode: ExitCode.Remote,
    retriable: true,
    message: ({ image, reason }: { image: string; reason: string }) =>
      `The image ${image} could not be built: ${reason}`,
    hint: 'pip and Ivy are asked for numpy and the Kafka connector: check the network, PIP_INDEX_URL and mirrors.maven.',
  },
  NO_SPACE: {
    exitCode: ExitCode.Prerequisite,
    message: ({ folder }: { folder: string }) => `Not enough space in ${folder}, where Docker keeps images and volumes`,
    hint: 'Free some space there: `docker system df` shows what takes it, `docker system prune` deletes what is not used.',
  },
  VOLUMES_MISSING: {
    exitCode: ExitCode.Prerequisite,
    message: ({ project }: { project: string }) =>
      `The project ${project} has no shared volumes in Docker yet, or no image to reach them with`,
    hint: 'Run `millrace cluster up --target docker`, which creates them; they stay when the cluster is stopped.',
  },
  STATE_LOST: {
    exitCode: ExitCode.Prerequisite,
    message: ({ projectName }: { projectName: string }) =>
      `Containers of ${projectName} run, but the file that says how they were started is gone (.millrace/cluster.json)`,
    hint: 'Run `millrace cluster down --target docker`, then `up` again; topics and results stay.',
  },
  VULNERABLE_VERSION: {
    exitCode: ExitCode.Usage,
    message: ({ version, advisories }: { version: string; advisories: readonly string[]; fixedIn: string }) =>
      `${version} has known vulnerabilities: ${advisories.join('; ')}`,
    hint: ({ fixedIn }) => `Take ${fixedIn}, or add \`--allow-vulnerable\` if you have to run this one.`,
    onlyInWords: ['fixedIn'],
  },
});

function hintForPull(reason: string, mirror: string | undefined): string {
  if (/manifest unknown|manifest for .* not found|no such manifest/i.test(reason))
    return 'There is no image of this name and version: check `--spark-version`, and what the mirror (mirrors.images) has.';
  return mirror
    ? `Check mirrors.images (${mirror}): it is put in front of every public image's name.`
    : 'Check the network, or set mirrors.images in millrace.yaml (MILLRACE_MIRRORS_IMAGES) to a registry that mirrors the public one.';
}
