import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId } from "../ids.ts";
import { signatureHeaders } from "../platform/signature.ts";
import { expectProblem } from "../testing/scenarios/problems.ts";
import { ana, createTestService, type TestService } from "../testing/service.ts";

const secret = "whsec_dGVzdC1zZWNyZXQtb2YtdGhlLWNvbnRhY3QtY2VudGVy";
let service: TestService;
let hook: string;
beforeAll(async () => {
  service = await createTestService();
  const { body } = await service.ask("GET", "/v1/connections");
  hook = new URL(String(body.items?.find((one) => one.adapter === "webhook")?.hookUrl)).pathname;
});
afterAll(() => service?.close());

type Delivery = { body: string; headers: Record<string, string> };

/** A genuine delivery about a call that the platform really has. */
async function delivery(
  change: { eventId?: string; sentAt?: Date; secret?: string; name?: string } = {},
): Promise<Delivery> {
  const now = service.clock.now();
  const ref = `call-${newId("int").slice(-8)}`;
  const snapshot = {
    ref,
    state: "live",
    parties: [
      { ref: `${ref}-c`, role: "customer", state: "connected", name: change.name ?? "Lucía" },
      { ref: `${ref}-a`, role: "agent", state: "connected", account: ana.account },
    ],
    startedAt: now.toISOString(),
    observedAt: now.toISOString(),
    sequence: 1,
  };
  return signed(
    {
      eventId: change.eventId ?? newId("evt"),
      occurredAt: now.toISOString(),
      type: "interaction.changed",
      interaction: ref,
      snapshot,
    },
    change,
  );
}

async function signed(event: object, change: { sentAt?: Date; secret?: string } = {}): Promise<Delivery> {
  const body = JSON.stringify(event);
  const message = {
    id: newId("msg"),
    sentAt: change.sentAt ?? service.clock.now(),
    body: new TextEncoder().encode(body),
  };
  return { body, headers: await signatureHeaders([change.secret ?? secret], message) };
}

const send = ({ body, headers }: Delivery, path = hook) => service.ask("POST", path, { token: "", body, headers });
const interactions = async () => Number((await service.sql`select count(*) from interactions`)[0]?.count);

async function isRefused(sent: Delivery, path = hook, status: number | number[] = 401): Promise<void> {
  const before = await service.rows();
  expectProblem(await send(sent, path), status);
  expect(await service.rows()).toEqual(before);
}

describe("a delivery", () => {
  it("that is genuine is taken in before it is answered", async () => {
    const before = await interactions();
    expect((await send(await delivery())).status).toBe(200);
    expect(await interactions()).toBe(before + 1);
  });

  it("that is played again, or sent again under another signature, changes nothing", async () => {
    const eventId = newId("evt");
    const sent = await delivery({ eventId });
    expect((await send(sent)).status).toBe(200);
    const before = await service.rows();
    expect((await send(sent)).status).toBe(200);
    expect((await send(await signed(JSON.parse(sent.body)))).status).toBe(200);
    expect(await service.rows()).toEqual(before);
  });

  it("sent twice at the same moment is taken in once", async () => {
    const before = await interactions();
    const sent = await delivery();
    const answers = await Promise.all([send(sent), send(sent), send(sent)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await interactions()).toBe(before + 1);
  });

  it("is refused in time while the database stands still, and taken once when it comes again", async () => {
    const sent = await delivery();
    const before = await interactions();
    const [locked, over] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const locking = service.sql.begin(async (tx) => {
      await tx`lock table inbound_events in access exclusive mode`;
      locked.resolve();
      await over.promise;
    });
    await locked.promise;
    const startedAt = performance.now();
    const answer = await send(sent);
    const tookMs = performance.now() - startedAt;
    over.resolve();
    await locking;
    expectProblem(answer, 503);
    expect(answer.headers.get("retry-after")).toBe("1");
    expect(tookMs).toBeLessThan(2_900);
    expect((await send(sent)).status).toBeLessThan(300);
    expect(await interactions()).toBe(before + 1);
  });

  it("signed with another secret is refused", async () => isRefused(await delivery({ secret: "x".repeat(32) })));
  it("without a signature is refused", async () => isRefused({ ...(await delivery()), headers: {} }));
  it("from six minutes ago is refused", async () =>
    isRefused(await delivery({ sentAt: new Date(service.clock.now().getTime() - 360_000) })));
  it("from six minutes ahead is refused", async () =>
    isRefused(await delivery({ sentAt: new Date(service.clock.now().getTime() + 360_000) })));

  it("with any one byte changed is refused", async () => {
    const sent = await delivery();
    const before = await service.rows();
    const changed = (text: string, at: number) =>
      `${text.slice(0, at)}${text[at] === "0" ? "1" : "0"}${text.slice(at + 1)}`;
    for (let at = 0; at < sent.body.length; at += 7)
      expectProblem(await send({ ...sent, body: changed(sent.body, at) }), 401);
    for (const [name, value] of Object.entries(sent.headers)) {
      const headers = { ...sent.headers, [name]: changed(value, value.length - 1) };
      expectProblem(await send({ ...sent, headers }), 401);
    }
    expect(await service.rows()).toEqual(before);
  });

  it("to a connection that is not there, or is no connection, is refused", async () => {
    const sent = await delivery();
    await isRefused(sent, `/hooks/${newId("con")}`, 404);
    await isRefused(sent, "/hooks/con_x", 404);
    await isRefused(sent, "/hooks/..%2Fv1", 404);
  });

  it("that is genuine and is not what was agreed says what is wrong, and not what was in it", async () => {
    for (const event of [{}, [], { type: "interaction.changed", secretWord: "Lucía" }, { eventId: 7 }, "x"]) {
      await isRefused(await signed(event as object));
    }
  });

  it("with what no database can keep is not a fault of ours", async () =>
    isRefused(await delivery({ name: "Lu\u0000cía" }), hook, 422));

  it("to a connection that was switched off is refused", async () => {
    const sent = await delivery();
    await service.sql`update connections set enabled = false where adapter = 'webhook'`;
    await service.pass(10_000);
    const before = await service.rows();
    expectProblem(await send(sent), 404);
    expect(await service.rows()).toEqual(before);
    await service.sql`update connections set enabled = true where adapter = 'webhook'`;
  });
});
