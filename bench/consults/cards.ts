/** An office that shows cards and nothing else, without limits: what Teams and RingCentral allow is no matter of ours. */
import { z } from "zod";
import { BridgeError } from "../../src/errors.ts";
import { type Connection, defineAdapter } from "../../src/platform/contract.ts";
import { retryAfterMs } from "../../src/platform/http.ts";
import { findForgery } from "../../src/platform/signature.ts";

const settings = z.object({ url: z.string(), secret: z.string() });
type Settings = z.output<typeof settings>;

const pressed = z.object({ eventId: z.string(), account: z.string(), offer: z.string(), answer: z.string() });
export type Pressed = z.output<typeof pressed>;

/** What is sent: where, and the card. `key`: the same card again goes to the same place. */
export type Shown = { account: string; key: string; content: unknown };

async function show(c: Connection<Settings>, path: string, body: object): Promise<void> {
  const init = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const response = await c.fetch(c.settings.url + path, { ...init, lane: "call" }).catch((cause: unknown) => {
    if (cause instanceof BridgeError) throw cause;
    throw new BridgeError("platform_unavailable", "the office does not answer", { cause });
  });
  await response.body?.cancel();
  if (response.ok) return;
  const wait = retryAfterMs(response.headers, c.now());
  throw new BridgeError(
    response.status === 429 ? "platform_throttled" : "platform_unavailable",
    `the office answered ${response.status}`,
    wait === undefined ? {} : { retryAfterMs: wait },
  );
}

export const cards = defineAdapter({
  id: "bench-cards",
  name: "Cards",
  side: "uc",
  settings,
  secretSettings: ["secret"],
  facts: { cards: { version: "1.5", bytesMax: 28_000 } },
  invitations: {
    async deliver(c, account, { content }, delivery) {
      const { key } = delivery ?? { key: account };
      await show(c, "/cards", { account, key, content } satisfies Shown);
      return { account, key };
    },
    async update(c, { account = "", key = "" }, { content }) {
      await show(c, "/cards/again", { account, key, content } satisfies Shown);
    },
  },
  events: {
    async receive(c, { headers, body }) {
      const forgery = await findForgery([c.settings.secret], { headers, body, now: c.now() });
      if (forgery) return { rejected: forgery };
      const { eventId, account, offer, answer } = pressed.parse(JSON.parse(new TextDecoder().decode(body)));
      return { events: [{ kind: "answer", eventId, account, verb: "answer", data: { offer, answer } }] };
    },
  },
  async check() {},
});
