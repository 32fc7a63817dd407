import type { Actor, Ctx } from "../ctx.ts";
import type { PersonId } from "../ids.ts";
import type { Target } from "../platform/contract.ts";
import type { Service } from "../platform/service.ts";
import { reachability } from "../presence/reachability.ts";
import type { ExpertView, PresenceView } from "../views.ts";
import { type AccountFacts, type EngagementsOf, factsOf, type PersonFacts } from "./facts.ts";

const initialsOf = (name: string) =>
  name
    .split(/\s+/)
    .filter(Boolean)
    .map((part) => part[0] ?? "")
    .filter((_, index, all) => index === 0 || index === all.length - 1)
    .join("")
    .toUpperCase();

const presenceView = (account: AccountFacts, now: Date): PresenceView[] =>
  account.presence
    ? [
        {
          account: account.id,
          platform: account.platform,
          adapter: account.adapter,
          availability: account.presence.availability,
          activity: account.presence.activity,
          ...(account.presence.native ? { native: account.presence.native } : {}),
          observedAt: account.presence.observedAt.toISOString(),
          stale: now.getTime() - account.presence.observedAt.getTime() > 60_000,
        },
      ]
    : [];

/** A person as the screens show them, and the target that rings them now. */
export function toView(facts: PersonFacts, now: Date): ExpertView & { target?: Target } {
  const { person } = facts;
  const withPhone = facts.accounts.find((account) => account.side === "uc" && account.phone);
  const isAccepting =
    (facts.expert?.accepting ?? false) && !(facts.expert?.pausedUntil && facts.expert.pausedUntil > now);
  const reach = reachability(
    facts.accounts.flatMap((account) => presenceView(account, now)),
    isAccepting,
    withPhone?.phone ?? undefined,
    withPhone?.platform ?? "",
  );
  return {
    personId: person.id,
    name: person.name,
    initials: initialsOf(person.name),
    ...(person.department ? { department: person.department } : {}),
    ...(person.title ? { title: person.title } : {}),
    ...(person.site ? { site: person.site } : {}),
    skills: facts.skills,
    languages: facts.expert?.languages ?? [],
    reachability: reach,
    ...(reach.state === "call" && withPhone?.phone
      ? { target: { kind: "phone" as const, e164: withPhone.phone } }
      : {}),
  };
}

export async function expertViews(
  ctx: Ctx,
  service: Service,
  ids: PersonId[],
  engagementsOf: EngagementsOf,
): Promise<ExpertView[]> {
  const facts = await factsOf(ctx, service, ids, engagementsOf);
  return facts.map((one) => {
    const { target: _, ...view } = toView(one, ctx.now());
    return view;
  });
}

/** Presence of colleagues is for everybody who may find them. */
export const expertsForFeed = (service: Service, engagementsOf: EngagementsOf) => async (ctx: Ctx, keys: string[]) =>
  (await expertViews(ctx, service, keys as PersonId[], engagementsOf)).map((view) => ({
    key: view.personId,
    view,
    mayView: (_actor: Actor) => true,
  }));
