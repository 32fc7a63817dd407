import { type Api, endpoint, z } from "../api.ts";
import { BridgeError } from "../errors.ts";
import { currentPolicies, policyAt, policyVersions, teamSize, writePolicy } from "./policies.ts";
import { layer, type Place, placeOf } from "./policy.ts";
import { presets, rule } from "./rules.ts";

const readers = { scope: "admin", roles: ["supervisor"] } as const;
const adminOnly = { scope: "admin" } as const;
const byId = z.object({ id: z.string().max(210).describe("`tenant`, `team:Invoicing` or `person:per_…`") });
const policySchema = z
  .object({
    id: z.string(),
    scope: z.string(),
    subject: z.string().optional(),
    preset: z.string().optional(),
    rules: z.array(rule).optional(),
    version: z.number().describe("0: the default, which nobody has set"),
    changedAt: z.string().optional(),
    changedBy: z.string().optional(),
    people: z.number().optional().describe("How many colleagues the directory has in this team"),
  })
  .openapi("Policy", { description: "What follows on one platform from what somebody shows on another" });

/** @throws BridgeError `not_found`. */
function placeIn(id: string): Place {
  const place = placeOf(id);
  if (place) return place;
  throw new BridgeError("not_found", "A policy is called tenant, team:… (a department) or person:… (a person's id).");
}

export function addPolicyRoutes(api: Api): void {
  endpoint(
    api,
    {
      method: "get",
      path: "/v1/policies",
      summary: "The presence policies that hold now: the tenant's and those of single departments and people",
      allowed: readers,
      result: z.object({ items: z.array(policySchema), presets: z.record(z.string(), z.array(rule)) }),
    },
    async (ctx) => ({ items: await currentPolicies(ctx), presets }),
  );
  endpoint(
    api,
    {
      method: "get",
      path: "/v1/policies/{id}",
      summary: "One presence policy",
      allowed: readers,
      params: byId,
      result: policySchema,
    },
    async (ctx, { params }) => {
      const place = placeIn(params.id);
      const people = place.scope === "team" ? { people: await teamSize(ctx, place.subject) } : {};
      return { ...(await policyAt(ctx, place)), ...people };
    },
  );
  endpoint(
    api,
    {
      method: "get",
      path: "/v1/policies/{id}/versions",
      summary: "How a presence policy has changed, newest first",
      allowed: readers,
      params: byId,
      result: z.object({ items: z.array(policySchema) }),
    },
    async (ctx, { params }) => ({ items: await policyVersions(ctx, placeIn(params.id)) }),
  );
  endpoint(
    api,
    {
      method: "put",
      path: "/v1/policies/{id}",
      summary: "Set a presence policy as a new version; it takes effect within ten seconds",
      allowed: adminOnly,
      params: byId,
      body: z.strictObject({
        policy: layer,
        version: z.number().int().min(0).optional().describe("The version that this change is based on"),
      }),
      result: policySchema,
    },
    async (ctx, { params, body }, { adapters }) =>
      writePolicy(ctx, adapters, { place: placeIn(params.id), set: body.policy, basedOn: body.version }),
  );
  endpoint(
    api,
    {
      method: "delete",
      path: "/v1/policies/{id}",
      summary: "Lift a presence policy; what is set more widely holds again, for the tenant the default",
      allowed: adminOnly,
      params: byId,
      result: policySchema,
    },
    async (ctx, { params }, { adapters }) => writePolicy(ctx, adapters, { place: placeIn(params.id), set: null }),
  );
}
