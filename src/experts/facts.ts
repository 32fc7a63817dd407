import type { Ctx } from "../ctx.ts";
import { tenantSettings } from "../identity/tenants.ts";
import type { AccountId, PersonId } from "../ids.ts";
import type { AnyAdapter, MeetingEnd } from "../platform/contract.ts";
import type { Service } from "../platform/service.ts";
import { endOf, isEndWanted } from "../presence/meeting-ends.ts";
import { readPolicies } from "../presence/policy.ts";
import type { Dialler, ReachAccount, Seat } from "../presence/reachability.ts";
import { effectOf, type Policy } from "../presence/rules.ts";
import {
  type AccountRow,
  type ExpertRow,
  helpedSince,
  helpedWith,
  type PersonRow,
  readAccounts,
  readPersons,
  readSkills,
} from "./fact-queries.ts";

/** What of our own work somebody is busy with, from the room to the right. People without any are left out. */
export type EngagementsOf = (
  ctx: Ctx,
  ids: PersonId[],
) => Promise<Map<PersonId, { inConsults: number; beingAsked: number }>>;

/** What the customer needs, as far as it tells who is a good choice. `site`: the branch that they turn to. */
export type Wanted = {
  skill?: string | undefined;
  language?: string | undefined;
  intent?: string | undefined;
  site?: string | undefined;
  /** The contact center of the call in hand, which would ring them. */
  dialler?: Dialler | undefined;
};

export type AccountFacts = {
  id: AccountId;
  adapter: string;
  platform: string;
  side: "contact-center" | "uc";
  connectionId: string;
  externalId: string;
  phone: string | null;
  sip: string | null;
  mobile: string | null;
  canCards: boolean;
  /** As last seen by whoever looks how accounts are set up (src/teams/readiness); absent: nothing is known. */
  setUp: Pick<ReachAccount, "phoneLicence" | "forwardsAll" | "noCards">;
  /** Until when they are in a meeting, by their calendar. */
  meeting?: MeetingEnd;
  /** They may be in a meeting, and it is not known until when. */
  isEndWanted: boolean;
  /** In a contact center: how its calls can ring it. */
  seat?: Seat;
  /** A rule of the presence policy asks to offer them no work while this shows. */
  isNotRouted: boolean;
  presence?: NonNullable<AccountRow["presence"]>;
  hold?: NonNullable<AccountRow["hold"]>;
};

export type PersonFacts = {
  person: PersonRow;
  expert?: ExpertRow;
  skills: { skill: string; level: number }[];
  accounts: AccountFacts[];
  inConsults: number;
  beingAsked: number;
  /** Consults of this month that counted against the quota. */
  helpedThisMonth: number;
  /** Consults about the same intent in which their help was of use. */
  helpedBefore: number;
  /** Days off where they are. */
  holidays: string[];
};

export const monthStart = (now: Date) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1));

/** Everything that reachability and ranking want to know of these people, in a handful of queries. */
export async function factsOf(
  ctx: Ctx,
  service: Service,
  ids: PersonId[],
  engagementsOf: EngagementsOf,
  intent?: string,
): Promise<PersonFacts[]> {
  if (ids.length === 0) return [];
  // Asked for all at once and prepared: one way to the server and back, and hardly dearer than one answer.
  const [persons, skills, owned, policyOf, engaged, helped, before, { holidays = [] }] = await Promise.all([
    readPersons(ctx, ids),
    readSkills(ctx, ids),
    readAccounts(ctx, ids),
    readPolicies(ctx),
    engagementsOf(ctx, ids),
    helpedSince(ctx, ids, monthStart(ctx.now())),
    intent ? helpedWith(ctx, ids, intent) : new Map<PersonId, number>(),
    tenantSettings(ctx),
  ]);
  const byPerson = Map.groupBy(owned, (row) => row.account.personId);
  const skilled = Map.groupBy(skills, (row) => row.personId);
  return persons.map(({ person, expert }) => {
    return {
      person,
      ...(expert ? { expert } : {}),
      skills: (skilled.get(person.id) ?? [])
        .map(({ skill, level }) => ({ skill, level }))
        .sort((a, b) => b.level - a.level || a.skill.localeCompare(b.skill)),
      accounts: (byPerson.get(person.id) ?? []).flatMap((row) =>
        accountFacts(service, policyOf(person), row, ctx.now()),
      ),
      inConsults: engaged.get(person.id)?.inConsults ?? 0,
      beingAsked: engaged.get(person.id)?.beingAsked ?? 0,
      helpedThisMonth: helped.get(person.id) ?? 0,
      helpedBefore: before.get(person.id) ?? 0,
      holidays: holidays.filter(({ sites }) => !sites || sites.includes(person.site ?? "")).map(({ date }) => date),
    };
  });
}

function accountFacts(service: Service, policy: Policy, row: AccountRow, now: Date): AccountFacts[] {
  const adapter = service.adapters.get(row.adapter);
  if (!adapter) return [];
  const { id, connectionId, externalId, phone, sip, mobile } = row.account;
  const calls = row.calls ?? adapter.facts.calls;
  return [
    {
      id,
      adapter: adapter.id,
      platform: adapter.name,
      side: adapter.side,
      connectionId,
      externalId,
      phone,
      sip,
      mobile,
      canCards: adapter.invitations !== undefined,
      setUp: setUpOf(row.check, now),
      ...meetingOf(row, now),
      ...(calls?.targets.includes("agent") ? { seat: { connection: connectionId, account: externalId } } : {}),
      isNotRouted: row.presence !== null && isNotRouted(policy, adapter, row.presence),
      ...(row.presence ? { presence: row.presence } : {}),
      ...(row.hold ? { hold: row.hold } : {}),
    },
  ];
}

function meetingOf(row: AccountRow, now: Date): Pick<AccountFacts, "meeting" | "isEndWanted"> {
  if (!row.tellsMeetings) return { isEndWanted: false };
  const end = endOf(row.meeting, now);
  return { isEndWanted: isEndWanted(row.presence, row.meeting, now), ...(end ? { meeting: end } : {}) };
}

/** Nobody tells us when an obstacle to cards has gone, so after this long the next card tries anew. */
const noCardsMs = 3_600_000;

/** Looked at once a day (src/teams/readiness); who is not looked at any more is not held to it. */
const forwardsMs = 26 * 3_600_000;
const isSeenSince = (at: Date | null | undefined, now: Date, ms: number) => !!at && now.getTime() - at.getTime() < ms;

/** `missing` alone is no obstacle: the app is installed with the first card, where that is permitted. */
function setUpOf(check: AccountRow["check"], now: Date): AccountFacts["setUp"] {
  const { phoneLicence, forwardsAll } = check?.seen ?? {};
  const isForwarded = forwardsAll === true && isSeenSince(check?.checkedAt, now, forwardsMs);
  const isFresh = check !== null && now.getTime() - check.changedAt.getTime() < noCardsMs;
  return {
    ...(phoneLicence === undefined ? {} : { phoneLicence }),
    ...(isForwarded ? { forwardsAll } : {}),
    ...(isFresh && check.app === "blocked" ? { noCards: "app-blocked" } : {}),
    ...(isFresh && check.app === "failed" ? { noCards: "app-missing" } : {}),
  };
}

const isNotRouted = (policy: Policy, { id, side }: AnyAdapter, shown: NonNullable<AccountRow["presence"]>) =>
  effectOf(policy, { platform: id, side }, { availability: shown.availability, activity: shown.activity })?.do ===
  "do-not-route";
