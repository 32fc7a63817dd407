import type { CallCommand } from "../../src/platform/contract.ts";
import { createTestConnection, fetchFrom } from "../../src/testing/connection.ts";
import { createFakeAsterisk, createManualClock, type FakeOptions, type NewCall } from "./fake.ts";
import { type Asterisk, settings } from "./settings.ts";
import { settle } from "./settle.ts";

export const alice = { account: "alice", endpoint: "PJSIP/alice" };
export const expertNumber = "+33123456789";

export const testSettings = settings.parse({
  ariUrl: "https://pbx.example/ari",
  username: "patchcord",
  password: "pass:wörd",
  agents: [
    { id: "alice", name: "Alice Agent", email: "alice@example.com", endpoint: "PJSIP/alice" },
    { id: "ben", name: "Ben Agent", endpoint: "PJSIP/ben" },
    { id: "gone", name: "Gone Agent", endpoint: "PJSIP/removed" },
  ],
  phoneEndpoint: "PJSIP/{number}@trunk",
  sipEndpoint: "PJSIP/trunk/{uri}",
});

const endpoints = ["PJSIP/alice", "PJSIP/ben", "PJSIP/trunk"];

/** A fake on a clock of its own whose application somebody listens to, and a connection straight to it. */
export function openFake(options: Partial<FakeOptions> = {}, changed: Partial<Asterisk["settings"]> = {}) {
  const clock = createManualClock();
  const { username } = testSettings;
  // Basic auth carries bytes; the fake compares what a browser's btoa makes of plain ASCII.
  const password = "pass-word";
  const fake = createFakeAsterisk({ username, password, endpoints, clock, ...options });
  const connection: Asterisk = createTestConnection(
    { ...testSettings, password, ...changed },
    { now: clock.now, fetch: fetchFrom(fake.app) },
  );
  const listen = () => fake.connect(`wss://pbx.example/ari/events?app=patchcord&api_key=${username}:${password}`);
  return { fake, clock, connection, listen };
}

export type Opened = ReturnType<typeof openFake>;

/** A customer and an agent who talk, as the follower of events would have joined them. */
export async function startTalk({ fake, connection }: Opened, call: Partial<NewCall> = {}): Promise<string> {
  const interaction = fake.startCall({ agent: alice, ...call });
  const newcomers = fake.channels().map(({ id }) => id);
  await settle(connection, interaction, newcomers);
  fake.catchUp();
  return interaction;
}

let commands = 0;
export const command = (
  operation: CallCommand["operation"],
  interaction: string,
  change: Partial<CallCommand> = {},
): CallCommand => ({
  commandId: `cmd_${++commands}`,
  operation,
  interaction,
  agent: "alice",
  ...(["startConsult", "addParty", "blindTransfer"].includes(operation)
    ? { target: { kind: "phone", e164: expertNumber }, contextRef: "ctx_0123456789abcdefghjkmnpqrs", ringMs: 18_000 }
    : {}),
  ...change,
});
