/** The simulator behind `POST /v1/policies/try`: a policy, a day of events, and what would have come of it. */
import { z } from "zod";
import { recordAudit } from "../audit.ts";
import type { Ctx } from "../ctx.ts";
import { BridgeError } from "../errors.ts";
import type { AccountId, PersonId } from "../ids.ts";
import { activities, availabilities, type Presence } from "../platform/contract.ts";
import { type Adapters, canShow, factsOfPerson } from "./facts.ts";
import { faultOf, faultOfLayers } from "./faults.ts";
import { readPresenceSettings, recordedShifts } from "./history.ts";
import type { AccountFacts } from "./own.ts";
import { policyAt } from "./policies.ts";
import { type Layer, layer, layered, rulesOf } from "./policy.ts";
import type { Policy } from "./rules.ts";
import { textsIn, whySentence } from "./texts/index.ts";
import { type Shift, tryPolicy } from "./try-policy.ts";

const eventsMax = 2_000;

const event = z.strictObject({
  platform: z.string().max(60).describe("An adapter's id"),
  at: z.iso.datetime(),
  availability: z.enum(availabilities),
  activity: z.enum(activities).default("none"),
  routable: z.boolean().optional().describe("Contact centers: on queue"),
});
export const trial = z.strictObject({
  policy: layer,
  /** On top of what the tenant has set; default: instead of it. */
  over: z.enum(["tenant"]).optional().describe("`tenant`: as an exception on top of the tenant's policy"),
  events: z.array(event).max(eventsMax).optional(),
  recorded: z
    .strictObject({ personId: z.string().max(60), from: z.iso.datetime().describe("24 hours from then on") })
    .optional(),
  locale: z.string().max(35).optional(),
});
export type Trial = z.output<typeof trial>;

export type TrialResult = {
  changes: {
    at: string;
    platform: string;
    show?: { availability: string; activity: string };
    code: string;
    sentence: string;
  }[];
  /** How often a platform would have been asked to change something. */
  writes: number;
  /** There were more events than are looked at. */
  cut: boolean;
  /** What was recorded, where that was asked for. */
  events?: z.output<typeof event>[];
};

type Day = { accounts: Omit<AccountFacts, "seen" | "hold">[]; shifts: Shift[]; cut: boolean };

/**
 * Writes nothing anywhere but who read a person's records.
 * @throws BridgeError `invalid` for a policy that could not be set; `conflict` where no history is kept.
 */
export async function simulateDay(ctx: Ctx, adapters: Adapters, input: Trial): Promise<TrialResult> {
  const policy = await policyOf(ctx, adapters, input);
  const { accounts, shifts, cut } = await dayOf(ctx, adapters, input);
  const texts = textsIn(input.locale);
  const adapterOf = (id: AccountId | undefined) =>
    adapters.get(accounts.find((one) => one.account === id)?.platform ?? "");
  const nameOf = (id: AccountId | undefined) => adapterOf(id)?.name ?? "?";
  const found = tryPolicy(accounts, shifts, policy);
  const changes = found.map(({ at, account, code, show, cause, because }) => ({
    at: at.toISOString(),
    platform: nameOf(account),
    ...(show ? { show: { availability: show.availability, activity: show.activity } } : {}),
    code,
    sentence: whySentence(texts, {
      code,
      platform: nameOf(account),
      shown: show,
      cause: cause ? { platform: nameOf(cause), presence: because } : undefined,
      presence: because,
    }),
  }));
  const events = shifts.map(({ account, at, presence: { availability, activity, routable } }) => ({
    platform: accounts.find((one) => one.account === account)?.platform ?? "",
    at: at.toISOString(),
    availability,
    activity,
    ...(routable === undefined ? {} : { routable }),
  }));
  const writes = found.filter(({ code }) => !/rout/.test(code)).length;
  return { changes, writes, cut, ...(input.recorded ? { events } : {}) };
}

async function policyOf(ctx: Ctx, adapters: Adapters, { policy, over }: Trial): Promise<Policy> {
  const all = [...adapters.values()];
  const tenant = over ? await tenantLayer(ctx) : policy;
  const together = over ? layered({ tenant, team: policy }) : layered({ tenant });
  const fault = faultOf(rulesOf(policy), all) ?? faultOfLayers(together, all);
  if (fault) throw new BridgeError("invalid", fault.sentence, { details: { reason: fault.code, rules: fault.rules } });
  return together;
}

async function tenantLayer(ctx: Ctx): Promise<Layer | undefined> {
  const { preset, rules } = await policyAt(ctx, { scope: "tenant", subject: "" });
  return layer.safeParse(preset ?? rules).data;
}

async function dayOf(ctx: Ctx, adapters: Adapters, { events, recorded }: Trial): Promise<Day> {
  if (events && !recorded) return supplied(adapters, events);
  if (!recorded || events) throw new BridgeError("invalid", "Send either events or recorded.");
  const { historyDays } = await readPresenceSettings(ctx);
  if (historyDays === 0)
    throw new BridgeError(
      "conflict",
      "No presence history is kept, which is the default. Send events instead, or have it kept with PUT /v1/presence-settings.",
    );
  await recordAudit(ctx, "presence-history.read", recorded.personId);
  const personId = recorded.personId as PersonId;
  const accounts = await factsOfPerson(ctx, adapters, personId);
  const shifts = await recordedShifts(ctx, personId, new Date(recorded.from), eventsMax + 1);
  return { accounts: accounts.map(bare), shifts: shifts.slice(0, eventsMax), cut: shifts.length > eventsMax };
}

const bare = ({ seen: _seen, hold: _hold, ...rest }: AccountFacts) => rest;

/** A made-up person with one account on each platform that is named. */
function supplied(adapters: Adapters, events: readonly z.output<typeof event>[]): Day {
  const platforms = [...new Set(events.map(({ platform }) => platform))];
  const accounts = platforms.map((platform) => {
    const adapter = adapters.get(platform);
    if (!adapter?.presence) throw new BridgeError("invalid", `There is no platform "${platform}" that shows presence.`);
    return {
      account: `acc_${platform}` as AccountId,
      platform,
      side: adapter.side,
      canShow: canShow(adapter),
      hasSessions: adapter.facts.presence?.leaseMsMax !== undefined,
      settleMs: 0,
    };
  });
  const shifts = events.map(({ platform, at, availability, activity, routable }) => {
    const presence: Presence = { availability, activity, ...(routable === undefined ? {} : { routable }) };
    return { account: `acc_${platform}` as AccountId, at: new Date(at), presence };
  });
  return { accounts, shifts, cut: false };
}
