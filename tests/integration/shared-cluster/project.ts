/** The project of the cluster that the test run shares. */
export function sharedProject(): string {
  const project = process.env.MILLRACE_TEST_PROJECT;
  if (project === undefined) throw new Error('the shared cluster is not up');
  return project;
}
