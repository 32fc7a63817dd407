import { parse as parseYaml } from "yaml";
import { z } from "zod";
import { scopes } from "../ctx.ts";
import { BridgeError } from "../errors.ts";
import { enrolmentSchema } from "../experts/enrolment-schema.ts";
import { slugPattern } from "../identity/slug.ts";
import { locale, timeZone } from "../locale.ts";
import { layer } from "../presence/policy.ts";
import { plannedLineSchema } from "../routing/line-schema.ts";
import { ruleSet } from "../routing/rules.ts";

export const settingsSchema = z.strictObject({
  consultMode: z.enum(["ask", "ring"]).optional(),
  contextHours: z.number().min(0).max(720).optional(),
  contextFields: z.record(z.string().max(80), z.array(z.string().max(80)).max(40)).optional(),
  holidays: z
    .array(z.strictObject({ date: z.iso.date(), sites: z.array(z.string().max(80)).max(100).optional() }))
    .max(400)
    .optional(),
  deskOrigins: z.array(z.url()).optional(),
  photos: z.boolean().optional(),
  locale: locale.optional(),
});

/** `patchcord.yaml`: what one tenant should look like. Applying it twice changes nothing the second time. */
export const planSchema = z.strictObject({
  tenant: z.strictObject({
    slug: z.string().regex(slugPattern, "wants lower-case letters, digits and dashes"),
    name: z.string().min(1).max(120),
    settings: settingsSchema.default({}),
  }),
  connections: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(120),
        adapter: z.string(),
        settings: z.record(z.string(), z.unknown()),
        enabled: z.boolean().optional(),
      }),
    )
    .default([]),
  apiKeys: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        key: z.string().regex(/^pck_[A-Za-z0-9_-]{32,}$/, "wants pck_ and at least 32 random characters"),
        scopes: z.array(z.enum(scopes)).min(1),
      }),
    )
    .default([]),
  signIns: z
    .strictObject({
      experts: z
        .strictObject({
          issuer: z.url(),
          audience: z.string(),
          directoryId: z.string(),
          connection: z.string().optional(),
        })
        .optional(),
      admins: z.strictObject({ issuer: z.url(), audience: z.string(), clientSecret: z.string().optional() }).optional(),
      /** By which agents sign in to a desk that nobody hosts. `connection`: where their subject is an account. */
      agents: z
        .strictObject({
          issuer: z.url(),
          audience: z.string(),
          clientSecret: z.string().optional(),
          connection: z.string().optional(),
        })
        .optional(),
    })
    .default({}),
  /** What is not named stays as it is, so that what an admin has set through the API is not undone by a restart. */
  presence: z
    .strictObject({
      enabled: z.boolean().optional(),
      historyDays: z.number().int().min(0).max(30).optional(),
      policy: layer.optional(),
      departments: z.record(z.string().min(1).max(200), layer).default({}),
    })
    .default({ departments: {} }),
  people: z
    .array(
      z.strictObject({
        email: z.email(),
        locale: locale.optional(),
        timeZone: timeZone.optional(),
        presencePolicy: layer.optional(),
      }),
    )
    .default([]),
  experts: z.array(enrolmentSchema.extend({ email: z.email() })).default([]),
  /** Absent: as an admin has set them through the API. */
  routing: z.strictObject({ rules: ruleSet.optional() }).default({}),
  lines: z.array(plannedLineSchema).max(500).default([]),
});
export type Plan = z.output<typeof planSchema>;
export type PlanInput = z.input<typeof planSchema>;

/**
 * Reads the declarative file. `$NAME` or `${NAME}` as a whole value is taken from `secrets`, so that the file itself
 * holds none. @throws BridgeError `invalid` with one line per mistake.
 */
export function readPlan(text: string, secrets: Record<string, string | undefined> = {}): Plan {
  let raw: unknown;
  try {
    raw = parseYaml(text);
  } catch (cause) {
    throw new BridgeError("invalid", "The file is not valid YAML.", { cause });
  }
  const missing = new Map<string, string>();
  const parsed = planSchema.safeParse(fill(raw, secrets, missing));
  if (parsed.success && missing.size === 0) return parsed.data;
  const asked = [...missing].map(([at, name]) => `${at}: asks for ${name}, which is not set in the environment`);
  const wrong = (parsed.error?.issues ?? [])
    .map((issue) => ({ at: issue.path.join(".") || "file", says: issue.message }))
    .filter(({ at }) => !missing.has(at));
  throw invalidPlan([...asked, ...wrong.map(({ at, says }) => `${at}: ${says}`)]);
}

export const invalidPlan = (lines: string[]): BridgeError =>
  new BridgeError("invalid", lines.join("\n"), { details: { issues: lines } });

/** Puts secrets in place of their names; notes in `missing` where a name has none. */
function fill(
  value: unknown,
  secrets: Record<string, string | undefined>,
  missing: Map<string, string>,
  at: readonly string[] = [],
): unknown {
  const inside = (inner: unknown, key: string) => fill(inner, secrets, missing, [...at, key]);
  if (Array.isArray(value)) return value.map((item, index) => inside(item, String(index)));
  if (value && typeof value === "object")
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, inside(inner, key)]));
  const name = typeof value === "string" ? /^\$\{?([A-Z][A-Z0-9_]*)\}?$/.exec(value)?.[1] : undefined;
  if (!name) return value;
  const secret = secrets[name];
  if (secret === undefined) missing.set(at.join("."), name);
  return secret ?? value;
}
