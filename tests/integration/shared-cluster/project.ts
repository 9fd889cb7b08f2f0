/** Where the tests of this run have their cluster; `zookeeper` is target docker with the old layout. */
export type TestTarget = 'local' | 'docker' | 'zookeeper';

/** The project of the cluster that the test run shares. */
export function sharedProject(): string {
  const project = process.env.MILLRACE_TEST_PROJECT;
  if (project === undefined) throw new Error('the shared cluster is not up');
  return project;
}

export function testTarget(): TestTarget {
  return (process.env.MILLRACE_TEST_TARGET ?? 'local') as TestTarget;
}
