// Every file's seconds are told: what grows too long is seen before it hurts.
const shared = { testEnvironment: 'node', transform: {}, slowTestThreshold: 0 };
const tests = '<rootDir>/dist/tests';
const inFolders = (...folders) => folders.map((folder) => `${tests}/integration/${folder}/**/*.test.js`);

/** Real broker, real Spark: one cluster for all tests of these folders, or for these files. */
const onCluster = (displayName, ...testMatch) => ({
  ...shared,
  displayName,
  testMatch,
  globalSetup: `${tests}/integration/shared-cluster/up.js`,
  globalTeardown: `${tests}/integration/shared-cluster/down.js`,
});
const story = `${tests}/integration/every-target/story.test.js`;

export default {
  projects: [
    { ...shared, displayName: 'unit', testMatch: [`${tests}/unit/**/*.test.js`] },
    { ...shared, displayName: 'commands', testMatch: inFolders('commands') },
    onCluster('story', story),
    {
      ...onCluster('local', ...inFolders('every-target', 'local', 'faults', 'other-nodes')),
      // The story has been told on target local by then.
      testPathIgnorePatterns: ['every-target/story'],
    },
    onCluster('docker', ...inFolders('every-target', 'docker')),
    onCluster('classic', story, ...inFolders('classic')),
  ],
  // A guard against hanging alone: what is waited for has a deadline of its own.
  testTimeout: 1_800_000,
  reporters: ['default', '<rootDir>/dist/tests/closing-line.js'],
};
