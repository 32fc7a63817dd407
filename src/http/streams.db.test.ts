/** Event streams over two processes on one database, with an Asterisk that tells its latest listener only. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { asteriskStage } from "../testing/centers/asterisk.ts";
import type { CenterMaker } from "../testing/centers/index.ts";
import { until } from "../testing/scenarios/play.ts";
import { apiKey, createTestService, type TestService } from "../testing/service.ts";
import type { DeskView } from "../views.ts";
import { beatMs } from "./streams.ts";

let service: TestService;
let opened: string[];
let sockets: { close(): void }[];
const counting: CenterMaker = (given) => {
  const stage = asteriskStage(given);
  return {
    ...stage,
    openSocket(url) {
      const socket = stage.openSocket?.(url);
      if (!socket) throw new Error("no stream");
      opened.push(url);
      sockets.push(socket);
      return socket;
    },
  };
};
beforeAll(async () => {
  opened = [];
  sockets = [];
  service = await createTestService({ center: counting });
});
afterAll(() => service?.close());

const callShows = async () => {
  const token = await service.deskToken();
  const call = service.stage?.startCall() ?? "";
  return until(service, "the desk shows a new call", async () => {
    const { body } = await service.ask("GET", "/v1/desk", { token });
    return (body as unknown as DeskView).interactions.some(({ ref }) => ref === call);
  });
};
const leases = () => service.sql`select holder, held_until from stream_leases`;

describe("an event stream", () => {
  it("is opened once, and brings a new call to the desk within a second", async () => {
    expect(await callShows()).toBeLessThanOrEqual(1_000);
    expect(opened).toHaveLength(1);
    expect(await leases()).toHaveLength(1);
  });

  it("is left to the process that has it, however many there are", async () => {
    const other = service.wired.followers;
    const second = service.another();
    await service.pass(5 * beatMs, beatMs);
    for (let beats = 0; beats < 3; beats++) await Promise.all([other.beat(), second.followers.beat()]);
    expect(opened).toHaveLength(1);
    await second.close();
  });

  it("is opened again when it breaks, and what happened meanwhile is seen", async () => {
    for (const socket of sockets) socket.close();
    await service.pass(3_000, 100);
    expect(opened.length).toBe(2);
    expect(await callShows()).toBeLessThanOrEqual(1_000);
  });

  it("is taken over within ten seconds when its process is killed", async () => {
    const before = opened.length;
    service.kill();
    const passed = await until(service, "another has it", () => opened.length > before, 10_000);
    expect(passed).toBeGreaterThan(1_000);
    await callShows(); // the stream is heard again
    expect(await callShows()).toBeLessThanOrEqual(1_000);
  });

  it("ends when the connection is switched off", async () => {
    await service.sql`update connections set enabled = false where adapter = 'asterisk'`;
    await service.pass(3 * beatMs, beatMs);
    const before = opened.length;
    await service.pass(10_000, 1_000);
    expect(opened.length).toBe(before);
    await service.sql`update connections set enabled = true where adapter = 'asterisk'`;
    await until(service, "it is opened again", () => opened.length > before);
  });

  it("is taken by another program: said on the connection, and tried again only after a rest", async () => {
    await service.pass(1_000, 100);
    const before = opened.length;
    service.stage?.openSocket?.(opened[0] ?? "");
    await service.pass(5_000, 500);
    const { body } = await service.ask("GET", "/v1/connections", { token: apiKey });
    const health = (body.items ?? []).find(({ adapter }) => adapter === "asterisk")?.health;
    expect(health).toMatchObject({ state: "degraded", code: "stream_taken" });
    expect(opened.length - before).toBe(1); // the other program's
    await service.pass(31_000, 1_000);
    expect(opened.length - before).toBe(2);
  });
});
