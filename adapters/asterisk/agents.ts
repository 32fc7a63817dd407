import { z } from "zod";
import type { DirectoryPerson, Lane, PeoplePort, PresencePort, PresenceReport } from "../../src/platform/contract.ts";
import { read } from "./request.ts";
import type { Asterisk, Settings } from "./settings.ts";
import * as wire from "./wire.ts";
import { toPresence } from "./words.ts";

export const readMax = 1_000;

const nameOf = ({ technology, resource }: wire.WireEndpoint) => `${technology}/${resource}`;

async function readEndpoints(c: Asterisk, lane: Lane): Promise<Map<string, wire.WireEndpoint>> {
  const found = await read(c, { path: "/endpoints", lane }, z.array(wire.endpoint));
  return new Map((found ?? []).map((one) => [nameOf(one), one]));
}

/** The channels that talk; asked only when some agent has a channel at all. */
async function readTalking(c: Asterisk, lane: Lane): Promise<Set<string>> {
  const channels = await read(c, { path: "/channels", lane }, z.array(wire.channel));
  return new Set((channels ?? []).filter(({ state }) => state === "Up").map(({ id }) => id));
}

/** GET /endpoints, and GET /channels where somebody's phone is in use: two requests however many agents there are. */
async function readPresences(
  c: Asterisk,
  lane: Lane,
  source: PresenceReport["source"],
  isWanted: (account: string) => boolean,
): Promise<PresenceReport[]> {
  const observedAt = c.now();
  const endpoints = await readEndpoints(c, lane);
  const known = c.settings.agents
    .filter(({ id }) => isWanted(id))
    .flatMap(({ id, endpoint }) => {
      const found = endpoints.get(endpoint);
      return found ? [{ account: id, found }] : [];
    });
  const isBusy = known.some(({ found }) => found.channel_ids.length > 0);
  const talking = isBusy ? await readTalking(c, lane) : new Set<string>();
  return known.map(({ account, found }) => ({
    account,
    presence: toPresence(found, (channel) => talking.has(channel)),
    observedAt,
    source,
  }));
}

export async function readAgents(
  c: Asterisk,
  accounts: readonly string[],
  source: PresenceReport["source"] = "read",
): Promise<PresenceReport[]> {
  if (accounts.length === 0) return [];
  const wanted = new Set(accounts);
  return readPresences(c, "expert", source, (account) => wanted.has(account));
}

export const presence: PresencePort<Settings> = {
  read: (c, accounts) => readAgents(c, accounts),
  readAll: (c) => readPresences(c, "bulk", "read", () => true),
};

const pageSize = 100;

const toPerson = ({ id, name, email, phone }: Settings["agents"][number], active: boolean): DirectoryPerson => ({
  account: id,
  name,
  emails: email ? [email] : [],
  ...(phone ? { phone } : {}),
  active,
});

export const people: PeoplePort<Settings> = {
  /** Asterisk keeps no directory: the agents are those of the settings, and active while Asterisk has their endpoint. */
  async list(c, cursor = "0") {
    const { agents } = c.settings;
    const endpoints = await readEndpoints(c, "bulk");
    const from = Number(cursor);
    const people = agents.slice(from, from + pageSize).map((one) => toPerson(one, endpoints.has(one.endpoint)));
    return { people, ...(from + pageSize < agents.length ? { next: String(from + pageSize) } : {}) };
  },
};
