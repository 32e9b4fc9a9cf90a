/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/jest.strip-types.mjs' },
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  testTimeout: 120_000,
  maxWorkers: '100%',
  workerIdleMemoryLimit: '700MB', // modules of a test file are never given back: with gigabytes of them, collecting garbage is most of a test
};
