import { z } from "zod";
import { BridgeError, isBridgeError } from "../../src/errors.ts";
import type { PresenceReport } from "../../src/platform/contract.ts";
import { ask, askFor, extensionId } from "./ask.ts";
import { failureFrom } from "./failures.ts";
import { heavy, light, type RingCentral } from "./settings.ts";
import { isPerson, type ShownPresence, shownPresence, toReport } from "./words.ts";

export const readMax = 30;
export const pageMax = 1_000;
const pagesMax = 500;
const account = "/restapi/v1.0/account/~";

const one = shownPresence.extend({ extension: z.looseObject({ id: z.coerce.string() }) });
const bulk = z.array(z.looseObject({ resourceId: z.coerce.string(), status: z.number(), body: z.unknown() }));
const page = z.looseObject({
  records: z.array(one),
  paging: z.looseObject({ totalPages: z.number().default(1) }).default({ totalPages: 1 }),
});

/**
 * Up to 30 extensions in one request of the group Light; ids that RingCentral does not know are left out.
 * Needs app scope ReadPresence and role permission ReadPresenceStatus over them.
 */
export async function read(c: RingCentral, accounts: readonly string[]): Promise<PresenceReport[]> {
  const ids = [...new Set(accounts)].filter((id) => /^\d{1,20}$/.test(id));
  if (ids.length === 0) return [];
  if (ids.length > readMax) throw new BridgeError("invalid", `RingCentral reads up to ${readMax} presences at once.`);
  const observedAt = c.now();
  const shown = ids.length === 1 ? await readAlone(c, ids) : await readBulk(c, ids);
  return shown.filter(isPerson).map((one) => toReport(one.extension.id, one, { observedAt, source: "read" }));
}

/** @throws BridgeError `not_found` when there is no such extension. */
export function readShown(c: RingCentral, id: string): Promise<ShownPresence> {
  return askFor(c, { path: pathOf(extensionId(id)), query: detailed, cost: light, lane: "engaged" }, shownPresence);
}

/** All extensions of the account: one request of the scarce group Heavy per 1,000. */
export async function readAll(c: RingCentral): Promise<PresenceReport[]> {
  const reports = new Map<string, PresenceReport>();
  let pages = 1;
  for (let number = 1; number <= Math.min(pages, pagesMax); number++) {
    const observedAt = c.now();
    const query = { ...detailed, page: number, perPage: pageMax };
    const answer = await askFor(c, { path: `${account}/presence`, query, cost: heavy, lane: "bulk" }, page);
    pages = answer.paging.totalPages;
    for (const shown of answer.records.filter(isPerson)) {
      const { id } = shown.extension;
      reports.set(id, toReport(id, shown, { observedAt, source: "read" }));
    }
  }
  return [...reports.values()];
}

export const pathOf = (ids: string) => `${account}/extension/${ids}/presence`;
const detailed = { detailedTelephonyState: true };

async function readAlone(c: RingCentral, [id = ""]: readonly string[]) {
  try {
    return [await askFor(c, { path: pathOf(id), query: detailed, cost: light, lane: "expert" }, one)];
  } catch (error) {
    if (isBridgeError(error) && error.code === "not_found") return [];
    throw error;
  }
}

/** Answers 207 with a status for each extension. A refusal of all of them is a refusal of the request. */
async function readBulk(c: RingCentral, ids: readonly string[]) {
  const headers = { Accept: "application/vnd.ringcentral.multipart+json" };
  const response = await ask(c, { path: pathOf(ids.join(",")), query: detailed, headers, cost: light, lane: "expert" });
  const parts = bulk.safeParse(await response.json().catch(() => undefined));
  if (!parts.success) throw new BridgeError("platform_refused", "RingCentral answered in a way that we cannot read.");
  const refused = parts.data.find((part) => part.status >= 400 && part.status !== 404);
  if (refused && !parts.data.some((part) => part.status < 300)) {
    throw await failureFrom(Response.json(refused.body, { status: refused.status }), c.now());
  }
  return parts.data.filter((part) => part.status < 300).flatMap((part) => one.safeParse(part.body).data ?? []);
}
