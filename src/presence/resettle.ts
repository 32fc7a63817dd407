/** After a rule has changed: for whom does something else follow now? */
import { sql } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import type { ConnectionId, PersonId } from "../ids.ts";
import { enqueue } from "../jobs/queue.ts";
import type { Handler } from "../jobs/run.ts";
import type { Activity, Availability } from "../platform/contract.ts";
import type { Service } from "../platform/service.ts";
import { decide } from "./decide.ts";
import { type Adapters, factsOfPeople } from "./facts.ts";
import { agree } from "./hold.ts";
import { settleJob } from "./observe.ts";
import type { AccountFacts } from "./own.ts";
import { currentPolicies } from "./policies.ts";
import { readPolicies } from "./policy.ts";
import { effectOf, type Policy } from "./rules.ts";

const atOnce = 1_000;
type Person = { id: PersonId; department: string | null };

/**
 * Job `presence.resettle`: whoever shows something from which something may follow, or is shown something, is decided
 * about with the new rules, a thousand at a time; those for whom that changes something are settled. With a `department`,
 * those there. Among a hundred thousand people that takes a few seconds.
 */
export const resettle =
  (service: Service): Handler =>
  async (run, payload) => {
    const department = typeof payload.department === "string" ? payload.department : undefined;
    const people = await run.tx((ctx) => peopleConcerned(ctx, service.adapters, department));
    for (let first = 0; first < people.length; first += atOnce)
      await run.tx((ctx) => resettlePart(ctx, service.adapters, people.slice(first, first + atOnce)));
  };

async function resettlePart(ctx: Ctx, adapters: Adapters, people: readonly Person[]): Promise<void> {
  const policyOf = await readPolicies(ctx);
  const facts = await factsOfPeople(
    ctx,
    adapters,
    people.map(({ id }) => id),
  );
  const changed = people.filter((one) => isChanged(facts.get(one.id) ?? [], policyOf(one), ctx.now()));
  await enqueue(
    ctx,
    changed.map(({ id }) => settleJob(id)),
  );
}

const isChanged = (facts: readonly AccountFacts[], policy: Policy, now: Date): boolean =>
  decide(facts, policy, now).wishes.some((wish) => {
    const hold = facts.find(({ account }) => account === wish.account)?.hold;
    return agree(hold, wish) !== hold;
  });

async function peopleConcerned(ctx: Ctx, adapters: Adapters, department: string | undefined): Promise<Person[]> {
  const among = department === undefined ? sql`` : sql`and p.department = ${department}`;
  const telling = JSON.stringify(await tellingSights(ctx, adapters));
  const rows = await ctx.db.execute<Person>(sql`
    select p.id, p.department from people p join (
      select a.person_id from holds h join accounts a on a.id = h.account_id
      union
      select a.person_id from json_to_recordset(${telling}::json) as t(connection_id text, availability text, activity text)
        join accounts a on a.connection_id = t.connection_id and a.active
        join presences s on s.account_id = a.id and s.availability = t.availability and s.activity = t.activity
    ) concerned on concerned.person_id = p.id
    where p.tenant_id = ${ctx.tenantId} ${among}`);
  return [...rows];
}

type Sight = { connection_id: ConnectionId; adapter: string; availability: Availability; activity: Activity };

/** What is shown somewhere now, as far as any rule makes something of it. */
async function tellingSights(ctx: Ctx, adapters: Adapters): Promise<Sight[]> {
  const rows = await ctx.db.execute<Sight>(sql`
    select distinct a.connection_id, c.adapter, s.availability, s.activity
    from presences s join accounts a on a.id = s.account_id join connections c on c.id = a.connection_id
    where s.tenant_id = ${ctx.tenantId}`);
  const layers = (await currentPolicies(ctx)).map(({ rules = [] }) => rules);
  return [...rows].filter(({ adapter: id, availability, activity }) => {
    const side = adapters.get(id)?.side;
    const effects = side
      ? layers.map((rules) => effectOf([rules], { platform: id, side }, { availability, activity })?.do)
      : [];
    return effects.some((does) => does === "hold" || does === "set-state");
  });
}
