import { defineErrors, ExitCode } from '../errors.js';

export const clusterErrors = defineErrors({
  NOT_READY: {
    exitCode: ExitCode.NotReady,
    retriable: true,
    message: ({ service, probe, lastSeen }: { service: string; probe: string; lastSeen: string }) =>
      `The ${service} did not get ready in time: ${probe}; last seen: ${lastSeen}`,
    hint: 'See `millrace cluster logs`; on a slow machine it may be enough to run `millrace cluster up` again.',
  },
  NOT_OUR_CLUSTER: {
    exitCode: ExitCode.Usage,
    message: ({ target }: { target: string }) => `The cluster of target ${target} was not started by millrace`,
    hint: 'Start and stop it with the tools that it was started with.',
  },
  OTHER_TARGET_UP: {
    exitCode: ExitCode.Usage,
    message: ({ target }: { target: string }) =>
      `This project's cluster is up on target ${target}, and a project has one cluster`,
    hint: ({ target }) =>
      `Stop it first: \`millrace cluster down --target ${target}\`; its topics and results stay there. If that target no longer exists, delete .millrace/cluster.json.`,
  },
});
