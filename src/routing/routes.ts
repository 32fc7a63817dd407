import { type Api, endpoint, page, pageQuery, z } from "../api.ts";
import { callbacksOf, claimCallback, endCallback, passCallback, requestCallback } from "./callbacks.ts";
import { boostsFor, choose } from "./decide.ts";
import {
  choiceView,
  decide,
  decisionOf,
  decisionsOf,
  decisionView,
  noteDecisionOutcome,
  outcomesSince,
} from "./decisions.ts";
import { e164, lineSchema } from "./line-schema.ts";
import { deleteLine, lineByNumber, linesOf, writeLine } from "./lines.ts";
import { requestSchema } from "./request.ts";
import { currentRules, requireSound, ruleVersions, writeRules } from "./rule-versions.ts";
import { presets, rule, ruleSet } from "./rules.ts";
import { type CallbackId, callbackOutcomes, contactKinds, type DecisionId, outcomes } from "./schema.ts";

const flow = { scope: "routing:decide" } as const;
const readers = { scope: "routing:decide", roles: ["supervisor"] } as const;
const adminOnly = { scope: "admin" } as const;
const callers = { kinds: ["expert", "agent"], scope: "routing:decide", roles: ["supervisor"] } as const;
const byId = z.object({ id: z.string().max(60) });
const byNumber = z.object({ number: e164 });

const contact = z
  .looseObject({
    kind: z.enum(contactKinds),
    personId: z.string().optional(),
    name: z.string().optional(),
    target: z
      .looseObject({ kind: z.enum(["agent", "phone", "sip", "queue"]) })
      .optional()
      .describe("What to dial: `e164`, `uri`, `account` or the queue's `id`; absent in writing"),
    ringMs: z.number().optional().describe("When it has not answered by then, go on with the first alternative"),
    why: z.array(z.object({ code: z.string(), points: z.number() })).optional(),
  })
  .openapi("Contact", { description: "Somebody or something to which a customer can be sent" });
const choice = {
  rule: z.string().optional().describe("The rule, or `line:…`, that decided"),
  contact,
  alternatives: z.array(contact).describe("In this order, when the contact does not answer"),
  fallback: contact.optional().describe("What is always there: a queue or a call-back"),
  passed: z
    .array(z.object({ step: z.number(), code: z.string(), until: z.string().optional(), line: z.string().optional() }))
    .describe("What was passed over and why: nobody-free, nobody-has-skill, queue-too-long, closed, …"),
  closed: z.object({ until: z.string().optional() }).optional().describe("The line is closed, and until when"),
};
const decided = z
  .object({
    id: z.string(),
    journeyId: z
      .string()
      .describe("Put it among the attributes of the conversation, and its interaction is tied to this"),
    rulesVersion: z.number(),
    ...choice,
    validUntil: z.string().describe("Presence changes: ask again after that"),
  })
  .openapi("RoutingDecision");
const kept = z
  .looseObject({
    id: z.string(),
    journeyId: z.string(),
    chosen: z.enum(contactKinds),
    outcome: z.enum(outcomes).optional(),
  })
  .openapi("KeptRoutingDecision", { description: "What was decided, in ids and codes, and what came of it" });
const rulesSchema = z
  .object({
    preset: z.string().optional(),
    rules: z.array(rule),
    version: z.number().describe("0: the default, which nobody has set"),
    changedAt: z.string().optional(),
    changedBy: z.string().optional(),
  })
  .openapi("RoutingRules");

export function addRoutingRoutes(api: Api): void {
  addDecisionRoutes(api);
  addRuleRoutes(api);
  addLineRoutes(api);
  addCallbackRoutes(api);
}

function addDecisionRoutes(api: Api): void {
  endpoint(
    api,
    {
      method: "post",
      path: "/v1/routing-decisions",
      summary:
        "Where to send this customer: the best contact that can be reached now, and what to do if it does not answer",
      allowed: flow,
      body: requestSchema,
      result: decided,
      status: 201,
    },
    (ctx, { body }, service) => decide(ctx, service, body),
  );
  endpoint(
    api,
    {
      method: "get",
      path: "/v1/routing-decisions",
      summary: "Decisions of the last 30 days, newest first",
      allowed: readers,
      query: z.object(pageQuery),
      result: z.object({ items: z.array(kept), next: z.string().optional() }),
    },
    async (ctx, { query }) => page(await decisionsOf(ctx, query), query.limit),
  );
  endpoint(
    api,
    {
      method: "get",
      path: "/v1/routing-decisions/{id}",
      summary: "One decision and what came of it",
      allowed: readers,
      params: byId,
      result: kept,
    },
    async (ctx, { params }) => decisionView(await decisionOf(ctx, params.id as DecisionId)),
  );
  endpoint(
    api,
    {
      method: "post",
      path: "/v1/routing-decisions/{id}/outcome",
      summary: "Say what came of a decision; whoever answered comes first the next time this caller is there",
      allowed: flow,
      params: byId,
      body: z.strictObject({
        outcome: z.enum(outcomes),
        personId: z.string().max(60).optional().describe("The alternative who answered instead"),
      }),
      result: kept,
    },
    (ctx, { params, body }) => noteDecisionOutcome(ctx, params.id as DecisionId, body.outcome, body.personId),
  );
  endpoint(
    api,
    {
      method: "get",
      path: "/v1/routing-outcomes",
      summary: "How many decisions chose what, and what came of them",
      allowed: readers,
      query: z.object({ since: z.iso.datetime().optional().describe("Absent: the last seven days") }),
      result: z.object({ items: z.array(z.object({ chosen: z.string(), outcome: z.string(), count: z.number() })) }),
    },
    async (ctx, { query }) => ({
      items: await outcomesSince(
        ctx,
        query.since ? new Date(query.since) : new Date(ctx.now().getTime() - 7 * 86_400_000),
      ),
    }),
  );
}

function addRuleRoutes(api: Api): void {
  endpoint(
    api,
    {
      method: "get",
      path: "/v1/routing-rules",
      summary: "The routing rules that hold now, and the presets",
      allowed: readers,
      result: z.object({ current: rulesSchema, presets: z.record(z.string(), z.array(rule)) }),
    },
    async (ctx) => ({ current: (await currentRules(ctx)).view, presets }),
  );
  endpoint(
    api,
    {
      method: "put",
      path: "/v1/routing-rules",
      summary: "Set the routing rules as a new version, in force from the next decision on",
      allowed: adminOnly,
      body: z.strictObject({
        rules: ruleSet.describe("A preset's name or a list of rules; the first that fits decides"),
        version: z.number().int().min(0).optional().describe("The version that this change is based on"),
      }),
      result: rulesSchema,
    },
    (ctx, { body }) => writeRules(ctx, body.rules, body.version),
  );
  endpoint(
    api,
    {
      method: "get",
      path: "/v1/routing-rules/versions",
      summary: "How the routing rules have changed, newest first",
      allowed: readers,
      result: z.object({ items: z.array(rulesSchema) }),
    },
    async (ctx) => ({ items: await ruleVersions(ctx) }),
  );
  endpoint(
    api,
    {
      method: "post",
      path: "/v1/routing-rules/try",
      summary: "What these rules, or those that hold, would decide now; nothing is kept",
      allowed: adminOnly,
      body: z.strictObject({ rules: ruleSet.optional(), requests: z.array(requestSchema).min(1).max(20) }),
      result: z.object({ items: z.array(z.object(choice)) }),
    },
    async (ctx, { body }, service) => {
      const set = body.rules ?? (await currentRules(ctx)).set;
      requireSound(set);
      const items = [];
      for (const request of body.requests) {
        const boosts = await boostsFor(ctx, service, request.caller);
        items.push(choiceView(await choose(ctx, service, set, request, boosts)));
      }
      return { items };
    },
  );
}

function addLineRoutes(api: Api): void {
  const shown = lineSchema.extend({ id: z.string(), number: z.string() }).openapi("Line", {
    description: "A direct number: who answers it, when, and who stands in",
  });
  endpoint(
    api,
    {
      method: "get",
      path: "/v1/lines",
      summary: "The direct numbers",
      allowed: readers,
      result: z.object({ items: z.array(shown) }),
    },
    async (ctx) => ({ items: await linesOf(ctx) }),
  );
  endpoint(
    api,
    {
      method: "put",
      path: "/v1/lines/{number}",
      summary: "Set a direct number: members, opening hours, who stands in, and how soon callers are called back",
      allowed: adminOnly,
      params: byNumber,
      body: lineSchema,
      result: shown,
    },
    async (ctx, { params, body }) => {
      await writeLine(ctx, params.number, body);
      return lineByNumber(ctx, params.number);
    },
  );
  endpoint(
    api,
    {
      method: "delete",
      path: "/v1/lines/{number}",
      summary: "Delete a direct number",
      allowed: adminOnly,
      params: byNumber,
      result: z.object({ deleted: z.boolean() }),
    },
    async (ctx, { params }) => {
      await deleteLine(ctx, params.number);
      return { deleted: true };
    },
  );
}

function addCallbackRoutes(api: Api): void {
  const facts = {
    id: z.string(),
    journeyId: z.string(),
    state: z.enum(["open", "claimed", "done", "lost"]),
    lineId: z.string().optional(),
    personId: z.string().optional().describe("Whose turn it is"),
    outcome: z.enum(callbackOutcomes).optional(),
    attempts: z.number(),
    dueAt: z.string(),
    createdAt: z.string(),
  };
  const shown = z.object(facts).openapi("Callback", { description: "A customer who waits to be called back" });
  const details = {
    phone: e164,
    name: z.string().max(120).optional(),
    about: z.string().max(1_000).optional(),
  };
  endpoint(
    api,
    {
      method: "post",
      path: "/v1/callbacks",
      summary: "Have a customer called back instead of leaving a voicemail; what they said is sealed",
      allowed: flow,
      body: z.strictObject({ ...details, line: e164.optional(), decisionId: z.string().max(60).optional() }),
      result: shown,
      status: 201,
    },
    (ctx, { body }, service) => requestCallback(ctx, service, body),
  );
  endpoint(
    api,
    {
      method: "get",
      path: "/v1/callbacks",
      summary: "Who waits to be called back, longest first; experts see theirs and those of their lines",
      allowed: callers,
      query: z.object(pageQuery),
      result: z.object({ items: z.array(shown), next: z.string().optional() }),
    },
    async (ctx, { query }) => page(await callbacksOf(ctx, query), query.limit),
  );
  endpoint(
    api,
    {
      method: "post",
      path: "/v1/callbacks/{id}/claim",
      summary: "Take a call-back on; shows whom to call, which is audited",
      allowed: { kinds: ["expert", "agent"] },
      params: byId,
      result: z.object({ ...facts, phone: z.string(), name: z.string().optional(), about: z.string().optional() }),
    },
    (ctx, { params }, service) => claimCallback(ctx, service, params.id as CallbackId),
  );
  endpoint(
    api,
    {
      method: "post",
      path: "/v1/callbacks/{id}/pass",
      summary: "Give a call-back to the next colleague of the line",
      allowed: { kinds: ["expert", "agent"] },
      params: byId,
      result: shown,
    },
    (ctx, { params }, service) => passCallback(ctx, service, params.id as CallbackId),
  );
  endpoint(
    api,
    {
      method: "post",
      path: "/v1/callbacks/{id}/end",
      summary: "Say how it went; not reached: it is somebody's turn again, five times at most",
      allowed: callers,
      params: byId,
      body: z.strictObject({ outcome: z.enum(callbackOutcomes) }),
      result: shown,
    },
    (ctx, { params, body }) => endCallback(ctx, params.id as CallbackId, body.outcome),
  );
}
