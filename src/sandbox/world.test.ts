import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { signatureHeaders } from "../platform/signature.ts";
import { agents, colleagues, customers, phones, usersOf } from "./company.ts";
import { isHandedOver, isPrivate, isTogether, isWithAgent, partiesOf } from "./hearing.ts";
import { presencesOf, soundOf } from "./picture.ts";
import type { CallView, Fault, WorldAction, WorldView } from "./protocol.ts";
import { createWorld, type World } from "./world.ts";
import { createWorldApi } from "./world-api.ts";

const origin = "http://127.0.0.1:8788";
const serviceUrl = "http://127.0.0.1:8787";
const kills = { count: 0 };

let world: World;
let api: ReturnType<typeof createWorldApi>;
beforeEach(() => {
  kills.count = 0;
  vi.spyOn(globalThis, "fetch").mockImplementation(async () => new Response(null, { status: 204 }));
  world = createWorld(origin, { view: () => ({ up: true, restarts: 0 }), kill: () => void kills.count++ });
  const minted = { token: "t", expiresAt: "", deskUrl: `${serviceUrl}/desk` };
  world.platforms.contactCenter.sendEventsTo(`${serviceUrl}/hooks`);
  api = createWorldApi({ world, serviceUrl, mintDeskToken: async () => minted });
});
afterEach(() => {
  world.stop();
  vi.restoreAllMocks();
});

const ask = (path: string, init: RequestInit = {}) => api.request(origin + path, init);
async function act(action: unknown, headers: Record<string, string> = {}) {
  const body = JSON.stringify(action);
  const response = await ask("/world/actions", {
    method: "POST",
    body,
    headers: { "content-type": "application/json", ...headers },
  });
  return { status: response.status, body: (await response.json()) as WorldView & { detail: string; code: string } };
}
const done = async (action: WorldAction): Promise<WorldView> => {
  const { status, body } = await act(action);
  expect(body.detail).toBeUndefined();
  expect(status).toBe(200);
  return body;
};
const firstCall = (view: WorldView): CallView => {
  const [call] = view.calls;
  if (!call) throw new Error("there is no call");
  return call;
};
const eventually = (isSo: (view: WorldView) => boolean) => expect.poll(() => isSo(world.look())).toBe(true);

/** As our adapter would: rings somebody's number for the agent. */
let commands = 0;
async function ring(call: string, number: string): Promise<void> {
  await command(call, { op: "startConsult", target: { kind: "phone", e164: number }, ringMs: 30_000 });
}
async function command(call: string, more: Record<string, unknown>): Promise<number> {
  const commandId = `cmd-${++commands}`;
  const deadline = new Date(Date.now() + 10_000).toISOString();
  const body = JSON.stringify({ commandId, interaction: call, agent: "agent-ana", deadline, ...more });
  const bytes = new TextEncoder().encode(body);
  const proof = await signatureHeaders([world.platforms.contactCenterSecret], {
    id: commandId,
    sentAt: new Date(),
    body: bytes,
  });
  const headers = { ...proof, "content-type": "application/json" };
  return (await ask("/contact-center/commands", { method: "POST", body, headers })).status;
}
const phoneOf = (name: string, platform = "teams") => {
  const phone = phones.find((one) => one.name === name && one.platform === platform);
  if (!phone) throw new Error(`${name} has no phone`);
  return phone;
};
const ringingAt = (view: WorldView, number: string) => view.phones.find((phone) => phone.number === number)?.ringing;

describe("the company", () => {
  test("is made up: numbers and addresses that nobody has", () => {
    const numbers = [...phones.map(({ number }) => number), ...customers.map(({ about }) => about.phone)];
    for (const number of numbers)
      expect(number).toMatch(/^(\+46701740[67]\d\d|\+442079460\d{3}|\+447700900\d{3}|\+1\d{3}55501\d\d)$/);
    const mails = [...colleagues.map(({ email }) => email), ...customers.map(({ about }) => about.email)];
    for (const mail of mails) expect(mail).toMatch(/[.@]example(\.com)?$/);
  });

  test("has no account and no number twice", () => {
    const all = [
      ...phones.map(({ number }) => number),
      ...usersOf("teams").map(({ id }) => id),
      ...usersOf("ringcentral").map(({ id }) => id),
    ];
    expect(new Set(all).size).toBe(all.length);
  });
});

describe("a call", () => {
  test("is played through: private, together, handed over; the expert's platform follows", async () => {
    const marta = phoneOf("Marta Ruiz");
    const call = firstCall(await done({ action: "start-call" }));
    expect(isWithAgent(partiesOf(call))).toBe(true);
    await ring(call.ref, marta.number);
    await eventually((view) => ringingAt(view, marta.number)?.from === "Ana Delgado");
    const { partyRef = "" } = ringingAt(world.look(), marta.number) ?? {};
    const talking = await done({ action: "answer-phone", partyRef });
    expect(isPrivate(partiesOf(firstCall(talking)))).toBe(true);
    expect(soundOf(firstCall(talking))).toBe("Ana + Marta · Lucía ♪");
    expect(presencesOf(talking, "Marta Ruiz").Teams).toBe("Busy/InACall");
    await command(call.ref, { op: "mergeConference" });
    await eventually((view) => isTogether(partiesOf(firstCall(view))));
    await command(call.ref, { op: "completeTransfer" });
    await eventually((view) => isHandedOver(partiesOf(firstCall(view))));
    const over = await done({ action: "customer-hangs-up", call: call.ref });
    expect(firstCall(over)).toMatchObject({ state: "ended", endedAt: expect.any(String) });
    expect(presencesOf(over, "Marta Ruiz").Teams).toBe("Available");
    expect(firstCall(over).commands.map(({ operation, state }) => `${operation} ${state}`)).toEqual([
      "startConsult done",
      "mergeConference done",
      "completeTransfer done",
    ]);
  });

  test("rings on RingCentral as the real one shows it", async () => {
    const dana = phoneOf("Dana Whitfield", "ringcentral");
    const call = firstCall(await done({ action: "start-call" }));
    await ring(call.ref, dana.number);
    await eventually((view) => presencesOf(view, "Dana Whitfield").RingCentral === "Available/Ringing");
    const { partyRef = "" } = ringingAt(world.look(), dana.number) ?? {};
    const talking = await done({ action: "answer-phone", partyRef });
    expect(presencesOf(talking, "Dana Whitfield").RingCentral).toBe("Busy/CallConnected");
    const over = await done({ action: "hang-up-phone", partyRef });
    expect(presencesOf(over, "Dana Whitfield").RingCentral).toBe("Available/NoCall");
  });

  test("that one has of one's own goes on when the consult is over", async () => {
    const marta = phoneOf("Marta Ruiz");
    await done({ action: "person-call", platform: "teams", user: marta.owner, on: true });
    const call = firstCall(await done({ action: "start-call" }));
    await ring(call.ref, marta.number);
    await eventually((view) => Boolean(ringingAt(view, marta.number)));
    await done({ action: "answer-phone", partyRef: ringingAt(world.look(), marta.number)?.partyRef ?? "" });
    const over = await done({ action: "customer-hangs-up", call: call.ref });
    expect(presencesOf(over, "Marta Ruiz").Teams).toBe("Busy/InACall");
    const free = await done({ action: "person-call", platform: "teams", user: marta.owner, on: false });
    expect(presencesOf(free, "Marta Ruiz").Teams).toBe("Available");
  });

  test("goes on when one's own is over", async () => {
    const marta = phoneOf("Marta Ruiz");
    await done({ action: "person-call", platform: "teams", user: marta.owner, on: true });
    const call = firstCall(await done({ action: "start-call" }));
    await ring(call.ref, marta.number);
    await eventually((view) => Boolean(ringingAt(view, marta.number)));
    await done({ action: "answer-phone", partyRef: ringingAt(world.look(), marta.number)?.partyRef ?? "" });
    const still = await done({ action: "person-call", platform: "teams", user: marta.owner, on: false });
    expect(presencesOf(still, "Marta Ruiz").Teams).toBe("Busy/InACall");
  });

  test("waits for a free agent", async () => {
    await done({ action: "start-call" });
    await done({ action: "start-call" });
    expect(await act({ action: "start-call" })).toMatchObject({ status: 409, body: { code: "conflict" } });
  });
});

describe("what is broken on purpose", () => {
  const begun = async (what: Fault) => {
    const call = firstCall(await done({ action: "start-call" }));
    const { faults } = await done({ action: "break", what });
    expect(faults).toMatchObject([{ what, hits: 0 }]);
    return call;
  };

  test.each(["slow-down", "platform-down"] as const)("%s: the command is not carried out", async (what) => {
    const call = await begun(what);
    const status = await command(call.ref, {
      op: "startConsult",
      target: { kind: "phone", e164: phoneOf("Marta Ruiz").number },
    });
    expect(status).toBe(what === "slow-down" ? 429 : 503);
    expect(world.look().faults).toMatchObject([{ what, hits: 1 }]);
    expect(partiesOf(firstCall(world.look())).experts).toEqual([]);
  });

  test("slow-down ends after two commands", async () => {
    const call = await begun("slow-down");
    for (const status of [429, 429, 202]) expect(await command(call.ref, { op: "hold" })).toBe(status);
    expect(world.look().faults).toEqual([]);
  });

  test("answer-lost: the command is carried out and nobody is told", async () => {
    const call = await begun("answer-lost");
    await ring(call.ref, phoneOf("Marta Ruiz").number).catch(() => {});
    await eventually((view) => partiesOf(firstCall(view)).experts.length === 1);
    expect(world.look().faults).toEqual([]);
  });

  test("nobody-answers: the phone rings and cannot be answered until it is mended", async () => {
    const { number } = phoneOf("Marta Ruiz");
    const call = await begun("nobody-answers");
    await ring(call.ref, number);
    await eventually((view) => Boolean(ringingAt(view, number)));
    const { partyRef = "" } = ringingAt(world.look(), number) ?? {};
    expect(await act({ action: "answer-phone", partyRef })).toMatchObject({ status: 409 });
    expect(world.look().faults).toMatchObject([{ hits: 1 }]);
    await done({ action: "mend" });
    await done({ action: "answer-phone", partyRef });
  });

  test("voicemail: a machine takes the call", async () => {
    const call = await begun("voicemail");
    await ring(call.ref, phoneOf("Marta Ruiz").number);
    await expect.poll(() => partiesOf(firstCall(world.look())).expert?.reason).toBe("voicemail");
  });
});

describe("people's own choice", () => {
  test("is shown and taken back", async () => {
    const [user] = usersOf("teams");
    const id = user?.id ?? "";
    const shown = (view: WorldView) => view.teams.users.find((one) => one.id === id);
    const chosen = await done({ action: "set-status", platform: "teams", user: id, status: "DoNotDisturb" });
    expect(shown(chosen)).toMatchObject({
      presence: { availability: "DoNotDisturb" },
      own: { status: "DoNotDisturb" },
    });
    const free = await done({ action: "set-status", platform: "teams", user: id, status: "Automatic" });
    expect(shown(free)).toMatchObject({ presence: { availability: "Available" }, own: { onCall: false } });
    expect(await act({ action: "set-status", platform: "teams", user: id, status: "Dancing" })).toMatchObject({
      status: 422,
    });
  });

  test("a status that the bridge shows is told apart", async () => {
    const [user] = usersOf("ringcentral");
    const id = user?.id ?? "";
    world.platforms.ringcentral.setUserStatus(id, "Busy"); // as our adapter writes it
    const shown = world.look().ringcentral.extensions.find((one) => one.id === id);
    expect(shown?.own).toEqual({ onCall: false, lease: { availability: "Busy", activity: "Busy" } });
  });
});

test("reset: everything is as in the beginning", async () => {
  const { sequence, at, ...before } = world.look();
  const call = firstCall(await done({ action: "start-call", customer: "erik", agent: "agent-karim" }));
  await done({ action: "set-status", platform: "ringcentral", user: "801003", status: "DoNotDisturb" });
  await done({ action: "person-call", platform: "ringcentral", user: "801004", on: true });
  await done({ action: "break", what: "platform-down" });
  await done({ action: "agent-status", agent: agents[0]?.account ?? "", status: "Break" });
  expect(call.agent).toBe("agent-karim");
  const { sequence: later, at: _, ...after } = await done({ action: "reset" });
  expect(after).toEqual(before);
  expect(later).toBeGreaterThan(sequence);
  expect(at).toBeTruthy();
});

describe("over HTTP", () => {
  test("a page from elsewhere is refused, the service's own page is not", async () => {
    expect((await act({ action: "reset" }, { origin: "https://elsewhere.example" })).status).toBe(403);
    expect((await act({ action: "reset" }, { origin: "http://localhost:8787" })).status).toBe(200);
    const response = await ask("/world", { headers: { origin: serviceUrl } });
    expect(response.headers.get("access-control-allow-origin")).toBe(serviceUrl);
  });

  test("a page that calls this machine by another name is refused", async () => {
    expect((await api.request("http://elsewhere.example:8788/world")).status).toBe(403);
  });

  test.each([
    [{ action: "explode" }, 422],
    [{ action: "answer-phone" }, 422],
    [{ action: "answer-phone", partyRef: "leg-none" }, 404],
    [{ action: "customer-hangs-up", call: "call-none" }, 404],
    [{ action: "set-status", platform: "teams", user: "nobody", status: "Busy" }, 404],
    [
      { action: "press-card", platform: "teams", user: usersOf("teams")[0]?.id, message: "1", verb: "x", data: {} },
      404,
    ],
  ])("%j is answered with a problem that says why", async (action, expected) => {
    const { status, body } = await act(action);
    expect(status).toBe(expected);
    expect(body.detail).toMatch(/\w/);
  });

  test("kill-service kills", async () => {
    await done({ action: "kill-service" });
    expect(kills.count).toBe(1);
  });

  test("the stream begins with the present view and numbers each change", async () => {
    const response = await ask("/world/stream");
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    const next = async (): Promise<WorldView> => {
      for (;;) {
        const { value = "", done: isOver } = (await reader?.read()) ?? { done: true };
        const [, data] = /^data: (.+)$/m.exec(value) ?? [];
        if (data) return JSON.parse(data) as WorldView;
        if (isOver) throw new Error("the stream has ended");
      }
    };
    const first = await next();
    expect(first.calls).toEqual([]);
    await done({ action: "start-call" });
    const second = await next();
    expect(second.calls).toHaveLength(1);
    expect(second.sequence).toBeGreaterThan(first.sequence);
    await reader?.cancel();
  });
});
