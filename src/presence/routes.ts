import { type Api, endpoint, requireSelf, z } from "../api.ts";
import type { PersonId } from "../ids.ts";
import { explainPresence } from "./explain.ts";
import { readPresenceSettings } from "./history.ts";
import { writePresenceSettings } from "./settings.ts";
import { simulateDay, trial } from "./simulate-day.ts";

const adminOnly = { scope: "admin" } as const;
const settingsSchema = z
  .object({
    enabled: z.boolean().describe("false: no presence is read, kept or shown on anybody's behalf"),
    historyDays: z.number().describe("For how many days changes are kept; 0, the default: not at all"),
  })
  .openapi("PresenceSettings");

export function addPresenceRoutes(api: Api): void {
  endpoint(
    api,
    {
      method: "get",
      path: "/v1/people/{id}/presence",
      summary:
        "What each account of a person shows, what we show there, and why, in words; another's look is noted in the audit log",
      allowed: { kinds: ["expert"], scope: "presence:read", roles: ["supervisor"] },
      params: z.object({ id: z.string().max(60) }),
      query: z.object({ locale: z.string().max(35).optional() }),
      result: z.object({
        presences: z.array(z.looseObject({ account: z.string(), platform: z.string() })),
        why: z.array(z.object({ account: z.string(), platform: z.string(), code: z.string(), sentence: z.string() })),
      }),
    },
    async (ctx, { params, query }, { adapters }) => {
      requireSelf(ctx, params.id);
      return explainPresence(ctx, adapters, params.id as PersonId, query.locale);
    },
  );
  endpoint(
    api,
    {
      method: "post",
      path: "/v1/policies/try",
      summary: "What a presence policy would have done with a day of events, and why; nothing is written",
      allowed: adminOnly,
      body: trial,
      result: z.object({
        changes: z.array(z.looseObject({ at: z.string(), platform: z.string(), sentence: z.string() })),
        writes: z.number(),
        cut: z.boolean(),
        events: z.array(z.looseObject({ platform: z.string(), at: z.string() })).optional(),
      }),
    },
    (ctx, { body }, { adapters }) => simulateDay(ctx, adapters, body),
  );
  endpoint(
    api,
    {
      method: "get",
      path: "/v1/presence-settings",
      summary: "Whether presence is used, and how long it is kept",
      allowed: { scope: "admin", roles: ["supervisor"] },
      result: settingsSchema,
    },
    (ctx) => readPresenceSettings(ctx),
  );
  endpoint(
    api,
    {
      method: "put",
      path: "/v1/presence-settings",
      summary: "Switch presence or its history on or off; what may no longer be kept is deleted at once",
      allowed: adminOnly,
      body: z.strictObject({
        enabled: z.boolean().optional(),
        historyDays: z.number().int().min(0).max(30).optional(),
      }),
      result: settingsSchema,
    },
    (ctx, { body: { enabled, historyDays } }, { adapters }) =>
      writePresenceSettings(ctx, adapters, {
        ...(enabled === undefined ? {} : { enabled }),
        ...(historyDays === undefined ? {} : { historyDays }),
      }),
  );
}
