/** Plays the world and uses the service, over HTTP only: what the demo and the scenarios do with their hands. */
import { setTimeout as sleep } from "node:timers/promises";
import type { DeskTokenAnswer, WorldAction, WorldView } from "./protocol.ts";

/** How long anything may take on a machine that has much else to do. */
const patienceMs = 20_000;
const lookMs = 40;

export class Refused extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, detail: string) {
    super(`${status} ${code}: ${detail}`);
    this.status = status;
    this.code = code;
  }
}

export type Player = ReturnType<typeof createPlayer>;

export function createPlayer({ url, worldUrl }: { url: string; worldUrl: string }) {
  const world = () => ask<WorldView>(`${worldUrl}/world`);
  return {
    world,
    act: (action: WorldAction) => ask<WorldView>(`${worldUrl}/world/actions`, { body: action }),
    /** What an agent's desk does: reads and asks with its token, and asks again under the same key when nobody answered. */
    async openDesk(agent: string) {
      const { token } = await insist(() => ask<DeskTokenAnswer>(`${worldUrl}/world/desk-token`, { body: { agent } }));
      return {
        get: <T>(path: string) => insist(() => ask<T>(url + path, { token })),
        post<T>(path: string, body: object) {
          const idempotencyKey = crypto.randomUUID();
          return insist(() => ask<T>(url + path, { token, body, idempotencyKey }));
        },
      };
    },
    /** Waits for something to be seen in the world. */
    seen: <T>(what: string, find: (view: WorldView) => T | undefined | false, withinMs = patienceMs) =>
      until(what, async () => find(await world()), withinMs),
  };
}

export type Desk = Awaited<ReturnType<Player["openDesk"]>>;

/** @throws Error that names what was waited for in vain. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | false>,
  withinMs = patienceMs,
): Promise<T> {
  for (const end = Date.now() + withinMs; ; await sleep(lookMs)) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`waited ${Math.round(withinMs / 1000)} s in vain: ${what}`);
  }
}

type Request = { token?: string; body?: object; idempotencyKey?: string };

async function ask<T>(address: string, { token, body, idempotencyKey }: Request = {}): Promise<T> {
  const response = await fetch(address, {
    method: body ? "POST" : "GET",
    headers: {
      ...(body ? { "content-type": "application/json" } : {}),
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(idempotencyKey ? { "idempotency-key": idempotencyKey } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  if (response.ok) return (await response.json()) as T;
  const { code = "", detail = "" } = (await response.json().catch(() => ({}))) as { code?: string; detail?: string };
  throw new Refused(response.status, code, detail);
}

/** Nobody there, or not just now, is no answer. */
async function insist<T>(request: () => Promise<T>): Promise<T> {
  for (const end = Date.now() + patienceMs; ; await sleep(lookMs)) {
    try {
      return await request();
    } catch (error) {
      const isAnswer = error instanceof Refused && error.status !== 503;
      if (isAnswer || Date.now() > end) throw error;
    }
  }
}
