import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** What is awaited comes when the machine gets to it; that it comes is what is tested. */
const slow = { testTimeout: 120_000, hookTimeout: 180_000, expect: { poll: { timeout: 30_000 } } };

export default defineConfig({
  test: {
    // Much of the time goes into waiting for databases and processes, not into computing.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    projects: [
      {
        test: {
          ...slow,
          name: "unit",
          include: ["{src,adapters,manifest,bench}/**/*.test.ts"],
          exclude: [
            "**/*.worker.test.ts",
            "**/*.e2e.test.ts",
            "**/*.playground.test.ts",
            "**/*.live.test.ts",
            "**/node_modules/**",
          ],
          globalSetup: ["src/testing/global-setup.ts"],
        },
      },
      {
        test: {
          ...slow,
          name: "worker",
          include: ["src/**/*.worker.test.ts"],
          globalSetup: ["src/testing/global-setup.ts"],
        },
      },
      {
        test: {
          ...slow,
          name: "teams",
          include: ["src/**/*.playground.test.ts"],
          globalSetup: ["src/testing/global-setup.ts"],
        },
      },
      {
        test: {
          ...slow,
          testTimeout: 180_000,
          retry: process.env.CI ? 1 : 0, // a browser on a busy machine; whoever needed it is named at the end of .ci/run
          name: "e2e",
          include: ["src/**/*.e2e.test.ts"],
          fileParallelism: false,
          globalSetup: ["src/testing/global-setup.ts"],
        },
      },
    ],
  },
});
