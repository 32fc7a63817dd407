/** The package from the admin's options: the very one that the command makes. */
import { buildTeamsPackage, type TeamsPackage } from "../../../manifest/build.ts";
import { checkTeamsPackage } from "../../../manifest/check.ts";
import { icons } from "../../../manifest/icons/bytes.ts";
import { sayViolation, sentenceOf, type Violation } from "../../../manifest/violation.ts";
import { z } from "../../api.ts";
import { BridgeError, isBridgeError } from "../../errors.ts";

const text = z.string().max(400).optional();
export const optionsSchema = z.object({
  baseUrl: text.describe("Absent: this deployment's address"),
  appId: text.describe("Absent: the connection's client ID"),
  botId: text,
  manifestVersion: text,
  appVersion: text,
  developerName: text,
  websiteUrl: text,
  privacyUrl: text,
  termsUrl: text,
  language: z.string().max(35).optional().describe("In which faults are told: en (default), es, sv, fr"),
});

export type PackageWishes = z.output<typeof optionsSchema>;

/** @throws BridgeError `invalid` with every violation of our rules; Microsoft's own schemas are looked at by the command. */
export async function makePackage(
  defaults: { baseUrl: string; appId: string; botId?: string },
  given: PackageWishes,
): Promise<TeamsPackage> {
  const { language, ...options } = given;
  const wanted = Object.fromEntries(Object.entries(options).filter(([, value]) => value));
  const made = build({ ...defaults, ...wanted, icons });
  const violations = Array.isArray(made) ? made : await checkTeamsPackage(made.files);
  if (Array.isArray(made) || violations.length > 0) throw refused(violations, language);
  return made;
}

function build(options: Parameters<typeof buildTeamsPackage>[0]): TeamsPackage | Violation[] {
  try {
    return buildTeamsPackage(options);
  } catch (error) {
    if (isBridgeError(error) && error.details?.violations) return error.details.violations as Violation[];
    throw error;
  }
}

const refused = (violations: Violation[], language: string | undefined) =>
  new BridgeError("invalid", violations.map((one) => sentenceOf(one, language)).join(" "), {
    details: { violations: violations.map((one) => ({ code: one.code, ...sayViolation(one, language) })) },
  });
