import type { Actor, Ctx } from "../ctx.ts";
import type { PersonId } from "../ids.ts";
import type { Target } from "../platform/contract.ts";
import type { Service } from "../platform/service.ts";
import { wantEnds } from "../presence/meeting-ends.ts";
import { type ReachAccount, reach } from "../presence/reachability.ts";
import type { ExpertView } from "../views.ts";
import { type AccountFacts, type EngagementsOf, factsOf, type PersonFacts, type Wanted } from "./facts.ts";

const initialsOf = (name: string) =>
  name
    .split(/\s+/)
    .filter(Boolean)
    .map((part) => part[0] ?? "")
    .filter((_, index, all) => index === 0 || index === all.length - 1)
    .join("")
    .toUpperCase();

function reachAccount(account: AccountFacts): ReachAccount {
  const { presence, hold } = account;
  const ours = (hold?.shown ?? []).filter(({ endedAt }) => !endedAt).map(({ presence }) => presence);
  return {
    account: account.id,
    adapter: account.adapter,
    platform: account.platform,
    side: account.side,
    canCards: account.canCards,
    isNotRouted: account.isNotRouted,
    ours,
    ...account.setUp,
    ...(account.meeting ? { meeting: account.meeting } : {}),
    ...(account.phone ? { phone: account.phone } : {}),
    ...(account.sip ? { sip: account.sip } : {}),
    ...(account.mobile ? { mobile: account.mobile } : {}),
    ...(account.side === "uc" ? { user: account.externalId } : {}),
    ...(account.seat ? { seat: account.seat } : {}),
    ...(presence
      ? {
          seen: {
            availability: presence.availability,
            activity: presence.activity,
            ...(presence.native ? { native: presence.native } : {}),
            observedAt: presence.observedAt,
          },
        }
      : {}),
  };
}

/** A person as the screens show them, and the target that rings them now. */
export function toView(facts: PersonFacts, now: Date, wanted: Wanted = {}): ExpertView & { target?: Target } {
  const { person, expert } = facts;
  const { view, target } = reach(
    {
      isActive: person.active,
      ...(expert
        ? {
            enrolment: {
              accepting: expert.accepting,
              roster: expert.roster,
              quota: expert.quota,
              ...(expert.pausedUntil ? { pausedUntil: expert.pausedUntil } : {}),
              ...(expert.lastAskedAt ? { lastAskedAt: expert.lastAskedAt } : {}),
            },
          }
        : {}),
      accounts: facts.accounts.map(reachAccount),
      inConsults: facts.inConsults,
      beingAsked: facts.beingAsked,
      helpedThisMonth: facts.helpedThisMonth,
      use: { skill: wanted.skill, site: wanted.site, holidays: facts.holidays },
      ...(wanted.dialler ? { dialler: wanted.dialler } : {}),
    },
    now,
  );
  return {
    personId: person.id,
    name: person.name,
    initials: initialsOf(person.name),
    ...(person.department ? { department: person.department } : {}),
    ...(person.title ? { title: person.title } : {}),
    ...(person.site ? { site: person.site } : {}),
    skills: facts.skills,
    languages: expert?.languages ?? [],
    reachability: view,
    ...(target ? { target } : {}),
  };
}

type Asking = [ctx: Ctx, service: Service, ids: PersonId[], engagementsOf: EngagementsOf];

/** People as somebody's screen shows them; until when they are in a meeting is looked up for these alone. */
export async function expertViews(...asking: Asking): Promise<ExpertView[]> {
  const [ctx] = asking;
  const facts = await factsOf(...asking);
  const wanted = facts.flatMap(({ accounts }) => accounts.flatMap(({ id, isEndWanted }) => (isEndWanted ? [id] : [])));
  await wantEnds(ctx, wanted);
  return facts.map((one) => shownAs(one, ctx.now()));
}

/** The same for sums over many, whom nobody looks at one by one. */
export async function countedViews(...asking: Asking): Promise<ExpertView[]> {
  return (await factsOf(...asking)).map((one) => shownAs(one, asking[0].now()));
}

function shownAs(facts: PersonFacts, now: Date): ExpertView {
  const { target: _, ...view } = toView(facts, now);
  return view;
}

/** Presence of colleagues is for everybody who may find them. */
export const expertsForFeed = (service: Service, engagementsOf: EngagementsOf) => async (ctx: Ctx, keys: string[]) =>
  (await expertViews(ctx, service, keys as PersonId[], engagementsOf)).map((view) => ({
    key: view.personId,
    view,
    mayView: (_actor: Actor) => true,
  }));
