/** The package from the admin's options: the very one that the command makes. */
import { buildTeamsPackage, type TeamsPackage } from "../../../manifest/build.ts";
import { checkTeamsPackage } from "../../../manifest/check.ts";
import { icons } from "../../../manifest/icons/bytes.ts";
import { sentenceOf, type Violation } from "../../../manifest/violation.ts";
import { z } from "../../api.ts";
import { BridgeError } from "../../errors.ts";

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
});

export type PackageWishes = z.output<typeof optionsSchema>;

/** @throws BridgeError `invalid` with every violation of our rules; Microsoft's own schemas are looked at by the command. */
export async function makePackage(
  defaults: { baseUrl: string; appId: string; botId?: string },
  given: PackageWishes,
): Promise<TeamsPackage> {
  const wanted = Object.fromEntries(Object.entries(given).filter(([, value]) => value));
  const made = buildTeamsPackage({ ...defaults, ...wanted, icons });
  const violations = await checkTeamsPackage(made.files);
  if (violations.length > 0) throw refused(violations);
  return made;
}

const refused = (violations: Violation[]) =>
  new BridgeError("invalid", violations.map(sentenceOf).join(" "), { details: { violations } });
