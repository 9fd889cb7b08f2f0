import { defineErrors, ExitCode } from '../errors.js';

export const emulatorErrors = defineErrors({
  PORT_TAKEN: {
    exitCode: ExitCode.Prerequisite,
    message: ({ port, reason }: { port: number; reason: string }) =>
      `Port ${port}, which the news emulator needs, ${reason}`,
    hint: ({ port }) => `Take another one, as in \`--port ${port + 1}\`, or \`--port 0\` for any that is free.`,
    onlyInWords: ['reason'],
  },
});
