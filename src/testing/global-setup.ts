import { createServer, type Socket } from "node:net";
import type { TestProject } from "vitest/node";
import type { EmbeddedPostgres } from "../embedded-postgres.ts";
import { createTemplate, startThrowawayPostgres, type TestDatabase } from "./postgres.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Port at which this run's database server is asked for, see `testDatabase`. */
    databaseDesk: number;
  }
}

export type DatabaseAnswer = { serverUrl: string; template: string } | { fault: string };

type Started = { server: EmbeddedPostgres; template: TestDatabase };

async function startServer(): Promise<Started> {
  const given = process.env.TEST_DATABASE_URL;
  const server = given ? { url: given, stop: async () => {} } : await startThrowawayPostgres();
  try {
    return { server, template: await createTemplate(server.url) };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

const answer = (started: Promise<Started>): Promise<DatabaseAnswer> =>
  started.then(
    ({ server, template }) => ({ serverUrl: server.url, template: template.name }),
    (error: unknown) => ({ fault: String(error) }),
  );

/**
 * One database server and one migrated template for the whole run, started when the first test file asks for them: a
 * run of pure unit tests pays nothing. Test files ask over a plain socket, which no stand-in for HTTP gets in the way of.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let started: Promise<Started> | undefined;
  const desk = createServer((socket: Socket) => {
    socket.on("error", () => {}); // a test process that ended early
    started ??= startServer();
    void answer(started).then((text) => socket.end(JSON.stringify(text)));
  });
  await new Promise<void>((done) => desk.listen(0, "127.0.0.1", done));
  const address = desk.address();
  project.provide("databaseDesk", typeof address === "object" && address ? address.port : 0);
  return async () => {
    desk.close();
    const running = await started?.catch(() => undefined);
    await running?.template.drop();
    await running?.server.stop();
  };
}
