const shared = { testEnvironment: 'node', transform: {} };
export default {
  projects: [
    { ...shared, displayName: 'unit', testMatch: ['<rootDir>/dist/tests/unit/**/*.test.js'] },
    {
      ...shared,
      displayName: 'integration',
      testMatch: ['<rootDir>/dist/tests/integration/**/*.test.js'],
      globalSetup: '<rootDir>/dist/tests/integration/shared-cluster/up.js',
      globalTeardown: '<rootDir>/dist/tests/integration/shared-cluster/down.js',
    },
  ],
  testTimeout: 600_000,
  reporters: ['default', '<rootDir>/dist/tests/closing-line.js'],
};
