import { and, eq } from "drizzle-orm";
import { type Api, endpoint, z } from "../api.ts";
import { replyMax, replyToQuestion } from "../consults/reply.ts";
import type { Actor, Ctx } from "../ctx.ts";
import { BridgeError } from "../errors.ts";
import { enrolExpert, setAccepting } from "../experts/enrol.ts";
import { enrolmentSchema } from "../experts/enrolment-schema.ts";
import { expertSkills, experts } from "../experts/schema.ts";
import type { OfferId, PersonId } from "../ids.ts";
import type { Service } from "../platform/service.ts";
import type { Roster } from "../roster.ts";
import type { TabView } from "../views.ts";
import { tabViewOf } from "./tab-view.ts";

const self = { kinds: ["expert"] } as const;
const skillsMax = 50;

const tabSchema = z.looseObject({ serverTime: z.string() }).openapi("ExpertPage", {
  description: "Requests of now and before, own enrolment, and what is shown on one's behalf",
});

/** Quotas are for supervisors to set. */
const changeSchema = enrolmentSchema
  .pick({ skills: true, languages: true, roster: true, accepting: true })
  .partial()
  .extend({
    pausedUntil: z.iso.datetime().nullable().optional().describe("No requests before then; null ends the pause"),
  })
  .refine(({ skills }) => Object.keys(skills ?? {}).length <= skillsMax, `wants ${skillsMax} skills at most`)
  .openapi("OwnEnrolment");
type Change = z.output<typeof changeSchema>;

function expertOf(actor: Actor): PersonId {
  if (actor.kind !== "expert") throw new BridgeError("forbidden", "This page is for the expert themselves.");
  return actor.personId;
}

async function viewFor(ctx: Ctx, service: Service): Promise<TabView> {
  const view = await tabViewOf(ctx, service, expertOf(ctx.actor));
  if (!view) throw new BridgeError("not_found", "There is no such person.");
  return view;
}

/** @throws BridgeError `not_found` for somebody who is not enrolled, `invalid`. */
async function changeOwnEnrolment(ctx: Ctx, personId: PersonId, change: Change): Promise<void> {
  const [row] = await ctx.db
    .select()
    .from(experts)
    .where(and(eq(experts.personId, personId), eq(experts.tenantId, ctx.tenantId)));
  if (!row) throw new BridgeError("not_found", "You are not enrolled as an expert. Ask your administrator.");
  const { skills, languages, roster, accepting, pausedUntil } = change;
  if (skills || languages || roster) {
    await enrolExpert(ctx, personId, {
      skills: skills ?? (await skillsOf(ctx, personId)),
      languages: languages ?? row.languages,
      roster: roster ? (roster as Roster) : row.roster,
      quota: row.quota,
    });
  }
  if (accepting === undefined && pausedUntil === undefined) return;
  const until = pausedUntil ? new Date(pausedUntil) : undefined;
  if (until && until <= ctx.now()) throw new BridgeError("invalid", "A pause ends in the future.");
  await setAccepting(ctx, personId, accepting ?? row.accepting, until);
}

async function skillsOf(ctx: Ctx, personId: PersonId): Promise<Record<string, number>> {
  const rows = await ctx.db
    .select({ skill: expertSkills.skill, level: expertSkills.level })
    .from(expertSkills)
    .where(and(eq(expertSkills.personId, personId), eq(expertSkills.tenantId, ctx.tenantId)));
  return Object.fromEntries(rows.map(({ skill, level }) => [skill, level]));
}

/** The expert's own page; answers from there are as good as those from the card. */
export function addTabRoutes(api: Api): void {
  endpoint(
    api,
    {
      method: "get",
      path: "/v1/me/expert",
      summary: "What an expert's own page shows: requests, availability, skills, and what is shown on their behalf",
      allowed: self,
      result: tabSchema,
    },
    (ctx, _input, service) => viewFor(ctx, service),
  );
  endpoint(
    api,
    {
      method: "put",
      path: "/v1/me/expert",
      summary: "Change one's own enrolment: may colleagues ask, skills, languages, hours",
      allowed: self,
      body: changeSchema,
      result: tabSchema,
    },
    async (ctx, { body }, service) => {
      await changeOwnEnrolment(ctx, expertOf(ctx.actor), body);
      return viewFor(ctx, service);
    },
  );
  endpoint(
    api,
    {
      method: "post",
      path: "/v1/offers/{id}/reply",
      summary: "An expert answers a question in writing",
      allowed: self,
      params: z.object({ id: z.string().max(60) }),
      body: z.strictObject({ text: z.string().max(replyMax * 2) }),
      result: tabSchema,
    },
    async (ctx, { params, body }, service) => {
      await replyToQuestion(ctx, service, params.id as OfferId, body.text);
      return viewFor(ctx, service);
    },
  );
}
