import type { RunRecord } from '../../src/runs/record/run-record.js';

/** The record of a stream, with what a test wants to be different. */
export function makeRunRecord(some: Partial<RunRecord> & { readonly run: string }): RunRecord {
  return {
    name: some.run.replace(/-\d+$/, ''),
    job: 'windowed-cars',
    kind: 'streaming',
    target: 'local',
    parameters: {},
    trigger: '1 second',
    generation: 1,
    versions: { millrace: '0.1.0', spark: '4.2.0' },
    reads: ['cars'],
    writes: ['windowed-cars'],
    script: null,
    resources: { cores: 1, executorMemory: '512m', driverMemory: '512m' },
    restarts: 0,
    addresses: {
      bootstrapServers: '127.0.0.1:1',
      jobBootstrapServers: '127.0.0.1:1',
      master: 'spark://127.0.0.1:2',
      masterUi: 'http://127.0.0.1:3',
    },
    environment: {},
    submittedAt: '2026-11-24T10:00:00.000Z',
    command: ['spark-submit'],
    ...some,
  };
}
