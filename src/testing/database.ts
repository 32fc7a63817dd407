import { connect } from "node:net";
import { inject } from "vitest";
import type { DatabaseAnswer } from "./global-setup.ts";
import { cloneTemplate, type TestDatabase } from "./postgres.ts";

/** A migrated database of one's own, for one test file: ask in `beforeAll`, `drop` in `afterAll`. */
export async function testDatabase(): Promise<TestDatabase> {
  const { serverUrl, template } = await testServer();
  return cloneTemplate(serverUrl, template);
}

async function testServer() {
  const answer = await ask(inject("databaseDesk"));
  if ("fault" in answer) throw new Error(`No test database: ${answer.fault}`);
  return answer;
}

function ask(port: number): Promise<DatabaseAnswer> {
  return new Promise((done, fail) => {
    let text = "";
    connect(port, "127.0.0.1")
      .on("data", (chunk) => {
        text += chunk.toString();
      })
      .on("end", () => done(JSON.parse(text) as DatabaseAnswer))
      .on("error", fail);
  });
}
