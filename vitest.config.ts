import { defineConfig } from "vitest/config";

const slow = { testTimeout: 120_000, hookTimeout: 180_000 };

export default defineConfig({
  test: {
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
        test: { ...slow, testTimeout: 180_000, name: "e2e", include: ["src/**/*.e2e.test.ts"], fileParallelism: false },
      },
    ],
  },
});
