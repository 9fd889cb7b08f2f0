import { ExitCode, MillraceError } from '../../errors.js';

export class DockerMissingError extends MillraceError {
  readonly code = 'DOCKER_MISSING';
  readonly exitCode = ExitCode.Prerequisite;
  readonly hint = 'Install Docker Engine with the compose plugin, or take `--target local`, which needs neither.';

  constructor(options?: ErrorOptions) {
    super('There is no `docker` on the PATH', options);
  }
}

export class EngineUnreachableError extends MillraceError {
  readonly code = 'DOCKER_UNREACHABLE';
  readonly exitCode = ExitCode.Prerequisite;
  readonly hint = 'Start Docker (or set DOCKER_HOST, `docker context use`), or take `--target local`.';

  constructor(readonly reason: string) {
    super(`No Docker engine answers: ${reason}`);
  }
}

export class SocketDeniedError extends MillraceError {
  readonly code = 'DOCKER_DENIED';
  readonly exitCode = ExitCode.Prerequisite;
  readonly hint =
    'Join the group that owns the socket (`sudo usermod -aG docker "$USER"`, then log in again), or take `--target local`.';

  constructor(readonly reason: string) {
    super(`The Docker engine does not let you in: ${reason}`);
  }
}

export class ComposeMissingError extends MillraceError {
  readonly code = 'COMPOSE_MISSING';
  readonly exitCode = ExitCode.Prerequisite;
  readonly hint: string;

  constructor(found: string, needed: string) {
    super(`Docker has no compose that can start the cluster: ${found}, and ${needed} or later is needed`);
    this.hint = 'Install the `docker-compose-plugin` of your distribution, or take `--target local`.';
  }
}

export class NameTakenError extends MillraceError {
  readonly code = 'NAME_TAKEN';
  readonly exitCode = ExitCode.Prerequisite;
  readonly hint: string;

  constructor(
    readonly projectName: string,
    readonly holder: string,
  ) {
    super(`The Docker project name ${projectName} is taken by ${holder}`);
    this.hint = `If it is no longer needed, remove it with \`docker compose -p ${projectName} down\`; what it holds stays in its volumes.`;
  }
}

export class PullFailedError extends MillraceError {
  readonly code = 'PULL_FAILED';
  readonly exitCode = ExitCode.Remote;
  override readonly retriable = true;
  readonly hint: string;

  constructor(
    readonly image: string,
    readonly reason: string,
    mirror: string | undefined,
  ) {
    super(`The image ${image} could not be pulled: ${reason}`);
    this.hint = hintForPull(reason, mirror);
  }
}

export class BuildFailedError extends MillraceError {
  readonly code = 'BUILD_FAILED';
  readonly exitCode = ExitCode.Remote;
  override readonly retriable = true;
  readonly hint =
    'pip and Ivy are asked for numpy and the Kafka connector: check the network, PIP_INDEX_URL and mirrors.maven.';

  constructor(
    readonly image: string,
    readonly reason: string,
  ) {
    super(`The image ${image} could not be built: ${reason}`);
  }
}

export class DockerFailedError extends MillraceError {
  readonly code = 'DOCKER_FAILED';
  readonly exitCode = ExitCode.Remote;
  readonly hint = 'Try again; `millrace doctor --target docker` shows what the engine says of itself.';

  constructor(
    readonly command: string,
    readonly reason: string,
  ) {
    super(`\`docker ${command}\` failed: ${reason}`);
  }
}

export class VolumesMissingError extends MillraceError {
  readonly code = 'VOLUMES_MISSING';
  readonly exitCode = ExitCode.Prerequisite;
  readonly hint = 'Run `millrace cluster up --target docker`, which makes them; they stay when it is taken down.';

  constructor(readonly project: string) {
    super(`The project ${project} has no shared volumes in Docker yet, or no image to reach them with`);
  }
}

export class VulnerableVersionError extends MillraceError {
  readonly code = 'VULNERABLE_VERSION';
  readonly exitCode = ExitCode.Usage;
  readonly hint: string;

  constructor(
    readonly version: string,
    readonly advisories: readonly string[],
    fixedIn: string,
  ) {
    super(`${version} has known vulnerabilities: ${advisories.join('; ')}`);
    this.hint = `Take ${fixedIn}, or add \`--allow-vulnerable\` if you have to run this one.`;
  }
}

export class ContainerNameTakenError extends MillraceError {
  readonly code = 'CONTAINER_NAME_TAKEN';
  readonly exitCode = ExitCode.Prerequisite;
  readonly hint: string;

  constructor(readonly container: string) {
    super(`Another container is called ${container}`);
    this.hint = `Remove it if it is no longer needed: \`docker rm -f ${container}\`.`;
  }
}

export class EngineFullError extends MillraceError {
  readonly code = 'NO_SPACE';
  readonly exitCode = ExitCode.Prerequisite;
  readonly hint =
    'Free some space there: `docker system df` shows what takes it, `docker system prune` what nobody uses.';

  constructor(readonly folder: string) {
    super(`Not enough space in ${folder}, where Docker keeps images and volumes`);
  }
}

export class EngineElsewhereError extends MillraceError {
  readonly code = 'DOCKER_ELSEWHERE';
  readonly exitCode = ExitCode.Prerequisite;
  readonly hint = 'Use an engine of this machine (`docker context use default`), or take `--target local`.';

  constructor(readonly host: string) {
    super(
      `The Docker engine is on another machine (${host.replace(/\/\/[^@/]*@/, '//')}), and the cluster's ports would be there`,
    );
  }
}

export class StateLostError extends MillraceError {
  readonly code = 'STATE_LOST';
  readonly exitCode = ExitCode.Prerequisite;
  readonly hint = 'Run `millrace cluster down --target docker`, then `up` again; topics and results stay.';

  constructor(readonly projectName: string) {
    super(`Containers of ${projectName} run, and what tells how they were started is gone (.millrace/cluster.json)`);
  }
}

function hintForPull(reason: string, mirror: string | undefined): string {
  if (/manifest unknown|manifest for .* not found|no such manifest/i.test(reason))
    return 'There is no image of this name and version: check `--spark-version`, and what the mirror (mirrors.images) has.';
  return mirror
    ? `Check mirrors.images (${mirror}): it stands in front of every public image's name.`
    : 'Check the network, or set mirrors.images in millrace.yaml (MILLRACE_MIRRORS_IMAGES) to a registry that mirrors the public one.';
}
