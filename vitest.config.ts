import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** Child processes run compiled: loading TypeScript takes them several times as long. */
const compiledChildren = {
  alias: [
    {
      find: /^\.\/child-entry\.ts$/u,
      replacement: fileURLToPath(new URL("test/support/compiled-child-entry.ts", import.meta.url)),
    },
  ],
};

export default defineConfig({
  test: {
    pool: "forks",
    // A third one on two cores makes a run hardly shorter, and slow tests slower.
    maxWorkers: 2,
    // Nothing keeps state in modules: loading them once per worker, not once per file, saves a third of the time of `contract`.
    isolate: false,
    restoreMocks: true,
    coverage: {
      provider: "v8",
      include: ["src/**", "adapters/**", "flows/**", "knowledge/**", "models/**"],
    },
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/unit/**/*.test.ts"],
          testTimeout: 30_000,
          setupFiles: ["test/support/deny-network.ts"],
        },
      },
      {
        extends: true,
        resolve: compiledChildren,
        test: {
          globalSetup: "test/support/compile-children.ts",
          name: "contract",
          include: ["test/contract/**/*.test.ts"],
          testTimeout: 20_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        resolve: compiledChildren,
        test: {
          globalSetup: "test/support/compile-children.ts",
          name: "integration",
          include: ["test/integration/**/*.test.ts", "test/failures/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
