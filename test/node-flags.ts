// How the scripts of package.json start Node: whatever runs the product as they do takes it from here.
// Always true: the scripts say the same (`bench/harness.test.ts`).

/** A young generation of 4 MiB, collected on one thread. */
export const NODE_FLAGS = ['--max-semi-space-size=4', '--no-parallel-scavenge'] as const;
