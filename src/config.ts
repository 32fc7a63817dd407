import { z } from "zod";

const flag = z.enum(["0", "1", "true", "false"]).transform((value) => value === "1" || value === "true");

/** Everything that can be set from outside, each with what it is for. `.env.example` is compared with it by a test. */
export const settings = z.object({
  NODE_ENV: z
    .enum(["development", "test", "production"])
    .default("development")
    .describe("production refuses the sandbox"),
  HOST: z.string().default("127.0.0.1").describe("Address to listen on"),
  PORT: z.coerce.number().int().min(0).max(65535).default(8787).describe("Port to listen on; 0 takes a free one"),
  PUBLIC_URL: z
    .url()
    .optional()
    .describe("How platforms and browsers reach this service from outside, https in production"),
  DATABASE_URL: z.string().optional().describe("PostgreSQL 15 or newer; without it an embedded one is started"),
  DATABASE_OWNER_URL: z.string().optional().describe("Login that may create tables and roles; default: DATABASE_URL"),
  PATCHCORD_DATA: z.string().default(".patchcord").describe("Folder of the embedded database and generated keys"),
  PATCHCORD_KEYS: z
    .string()
    .optional()
    .describe("Master keys, newest first: id:base64,id:base64. Generated in development"),
  PATCHCORD_CONFIG: z
    .string()
    .default("patchcord.yaml")
    .describe("Declarative set-up, applied at start when the file is there"),
  PATCHCORD_SANDBOX: flag
    .optional()
    .describe("1: made-up company and stand-in vendors. Default: on when nothing is configured"),
  PATCHCORD_SANDBOX_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65535)
    .default(8788)
    .describe("Port of the stand-in vendors"),
  PATCHCORD_OPERATOR_KEY: z
    .string()
    .regex(/^pco_[A-Za-z0-9_-]{32,}$/, "wants pco_ and at least 32 random characters")
    .optional()
    .describe("With it organizations are made over HTTP (/v1/tenants); without it that door is shut"),
  PATCHCORD_PROVIDER: z
    .string()
    .max(200)
    .optional()
    .describe("Who runs this deployment, as /privacy and /terms name them"),
  PATCHCORD_CONTACT: z
    .union([z.email(), z.url({ protocol: /^https$/ })], {
      error: "wants a mail address or the https address of a page",
    })
    .optional()
    .describe("Whom people write to about their data; shown on /privacy and /terms"),
  METRICS_TOKEN: z.string().optional().describe("When set, /metrics wants it as a bearer token"),
});
export type Settings = z.output<typeof settings>;

/** @throws Error with one line per wrong or missing key. */
export function readSettings(source: Record<string, string | undefined>): Settings {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value !== ""));
  const parsed = settings.safeParse(given);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `  ${issue.path.join(".")}: ${issue.message}`);
    throw new Error(`Settings cannot be used:\n${lines.join("\n")}`);
  }
  const { data } = parsed;
  if (data.NODE_ENV === "production") {
    const missing = (["DATABASE_URL", "PATCHCORD_KEYS", "PUBLIC_URL"] as const).filter((key) => !data[key]);
    if (missing.length > 0) throw new Error(`In production these must be set: ${missing.join(", ")}`);
    if (data.PATCHCORD_SANDBOX) throw new Error("The sandbox does not run in production: unset PATCHCORD_SANDBOX");
  }
  return data;
}

/** Who runs this deployment, as far as that is said. */
export const operatorOf = ({ PATCHCORD_PROVIDER: name, PATCHCORD_CONTACT: contact }: Partial<Settings>) => ({
  operator: { ...(name ? { name } : {}), ...(contact ? { contact } : {}) },
});
