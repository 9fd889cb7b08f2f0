/** Where the tests of this run have their cluster; `classic` is target docker with ZooKeeper, and the Spark before this one. */
export type TestTarget = 'local' | 'docker' | 'classic';

/** The newest Spark with Scala 2.12 whose connector can be had where these tests run; others are named by the variable. */
export const CLASSIC_SPARK = process.env.MILLRACE_TEST_SPARK ?? '3.5.7';

/** The project of the cluster that the test run shares. */
export function sharedProject(): string {
  const project = process.env.MILLRACE_TEST_PROJECT;
  if (project === undefined) throw new Error('the shared cluster is not up');
  return project;
}

export function testTarget(): TestTarget {
  return (process.env.MILLRACE_TEST_TARGET ?? 'local') as TestTarget;
}
