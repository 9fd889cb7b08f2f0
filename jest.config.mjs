const shared = { testEnvironment: 'node', transform: {} };
const tests = '<rootDir>/dist/tests';

/** Real broker, real Spark: one cluster on this target for all tests of these folders. */
const onCluster = (displayName, ...folders) => ({
  ...shared,
  displayName,
  testMatch: folders.map((folder) => `${tests}/integration/${folder}/**/*.test.js`),
  globalSetup: `${tests}/integration/shared-cluster/up.js`,
  globalTeardown: `${tests}/integration/shared-cluster/down.js`,
});

export default {
  projects: [
    { ...shared, displayName: 'unit', testMatch: [`${tests}/unit/**/*.test.js`] },
    onCluster('local', 'every-target', 'local'),
    onCluster('faults', 'faults'),
    onCluster('docker', 'every-target', 'docker'),
    onCluster('zookeeper', 'zookeeper'),
  ],
  // A guard against hanging alone: what is waited for has a deadline of its own.
  testTimeout: 1_800_000,
  reporters: ['default', '<rootDir>/dist/tests/closing-line.js'],
};
