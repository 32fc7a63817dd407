/** Names each test that passed only when it was tried again, so that a second try never goes unseen. */
import type { Reporter, TestCase } from "vitest/node";

export default class SecondTries implements Reporter {
  onTestCaseResult(test: TestCase): void {
    if (test.diagnostic()?.flaky)
      process.stdout.write(`second try: ${test.module.relativeModuleId} > ${test.fullName}\n`);
  }
}
