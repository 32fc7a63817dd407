import { BridgeError } from "../../src/errors.ts";
import type {
  Connection,
  DirectoryPerson,
  Lane,
  PeoplePort,
  PresencePort,
  PresenceReport,
} from "../../src/platform/contract.ts";
import { failure, orUnavailable, read, type Settings, send } from "./request.ts";
import { toMeaning, toReport } from "./translate.ts";
import { agentPage, type WireAgent } from "./wire.ts";

export const readMax = 100;
/** A contact center that pages for ever must not keep us for ever: 1,000 pages of up to 1,000 agents. */
const pagesMax = 1_000;

async function readPage(c: Connection<Settings>, lane: Lane, query: URLSearchParams) {
  const text = query.size > 0 ? `?${query}` : "";
  const page = await read(c, lane, `/agents${text}`, agentPage);
  if (!page) throw new BridgeError("platform_refused", "the contact center has no /agents under its command address");
  return page;
}

const cursorQuery = (cursor: string | undefined) => new URLSearchParams(cursor === undefined ? {} : { cursor });

async function readStates(c: Connection<Settings>, accounts: readonly string[]): Promise<PresenceReport[]> {
  if (accounts.length === 0) return [];
  const wanted = new Set(accounts);
  const page = await readPage(c, "expert", new URLSearchParams([...wanted].map((id) => ["id", id])));
  return page.agents.filter(({ id }) => wanted.has(id)).map(reporter(c, page.asOf));
}

async function readAllStates(c: Connection<Settings>): Promise<PresenceReport[]> {
  const reports = new Map<string, PresenceReport>();
  let cursor: string | undefined;
  for (let pages = 0; pages < pagesMax; pages++) {
    const page = await readPage(c, "bulk", cursorQuery(cursor));
    for (const report of page.agents.map(reporter(c, page.asOf))) reports.set(report.account, report);
    cursor = page.next;
    if (cursor === undefined) break;
  }
  return [...reports.values()];
}

/** An unchanged state is as fresh as its reading, so `state.since` does not count here. */
const reporter = (c: Connection<Settings>, asOf: string | undefined) => {
  const observedAt = asOf === undefined ? c.now() : new Date(asOf);
  return (agent: WireAgent) => toReport(agent.id, agent.state, observedAt, "read");
};

/** Whether the agent is on queue is the contact center's to say, at that very moment: 409 leaves them alone. */
async function setState(...[c, account, presence]: Parameters<NonNullable<PresencePort<Settings>["setState"]>>) {
  const means = toMeaning(presence);
  if (!means) throw new BridgeError("unsupported", `the contact center has no status for ${presence.availability}`);
  const body = { agent: account, means };
  const path = `/agents/${encodeURIComponent(account)}/state`;
  const response = await orUnavailable(send(c, "engaged", path, { body, id: `msg_${crypto.randomUUID()}` }));
  if (response.ok) return "set";
  if (response.status === 409) return "kept";
  throw failure(c, response);
}

export const presence: PresencePort<Settings> = { read: readStates, readAll: readAllStates, setState };

const toPerson = ({ state: _state, id, ...person }: WireAgent): DirectoryPerson => ({ account: id, ...person });

export const people: PeoplePort<Settings> = {
  async list(c, cursor) {
    const page = await readPage(c, "bulk", cursorQuery(cursor));
    return { people: page.agents.map(toPerson), ...(page.next === undefined ? {} : { next: page.next }) };
  },
};
