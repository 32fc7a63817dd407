import { z } from "zod";
import type { DirectoryPerson } from "../../src/platform/contract.ts";
import { askFor } from "./ask.ts";
import { medium, type RingCentral, type Settings } from "./settings.ts";

const pageMax = 1_000;
const text = z.string().nullish();

const number = z.looseObject({
  phoneNumber: text,
  e164: text,
  usageType: text,
  primary: z.boolean().nullish(),
  hidden: z.boolean().nullish(),
});
const entry = z.looseObject({
  id: z.coerce.string(),
  status: text,
  firstName: text,
  lastName: text,
  name: text,
  email: text,
  department: text,
  jobTitle: text,
  site: z.looseObject({ name: text }).nullish(),
  phoneNumbers: z.array(number).nullish(),
});
type Entry = z.output<typeof entry>;

const directory = z.looseObject({
  records: z.array(entry),
  paging: z.looseObject({ page: z.number().optional(), totalPages: z.number().optional() }),
});

/** The users of this account, 1,000 a page; `cursor` is the number of the page. Group Medium, app scope ReadAccounts. */
export async function list(c: RingCentral, cursor?: string): Promise<{ people: DirectoryPerson[]; next?: string }> {
  const page = Number(cursor ?? 1);
  const query = { type: "User", showFederated: false, perPage: pageMax, page };
  const path = "/restapi/v1.0/account/~/directory/entries";
  const answer = await askFor(c, { path, query, cost: medium, lane: "bulk" }, directory);
  const isLast = page >= (answer.paging.totalPages ?? 1);
  const people = answer.records.map((entry) => toPerson(entry, c.settings));
  return { people, ...(isLast ? {} : { next: String(page + 1) }) };
}

function toPerson(entry: Entry, { mobiles }: Settings): DirectoryPerson {
  const phone = numberOf(entry, "DirectNumber");
  const mobile = mobiles === "last" ? numberOf(entry, "MobileNumber") : undefined;
  const name = entry.name ?? [entry.firstName, entry.lastName].filter(Boolean).join(" ");
  return {
    account: entry.id,
    name,
    emails: entry.email ? [entry.email] : [],
    ...(phone ? { phone } : {}),
    ...(mobile && mobile !== phone ? { mobile } : {}),
    ...(entry.department ? { department: entry.department } : {}),
    ...(entry.jobTitle ? { title: entry.jobTitle } : {}),
    ...(entry.site?.name ? { site: entry.site.name } : {}),
    active: entry.status === "Enabled",
  };
}

/** The number that rings this person; company, fax and contact numbers ring somewhere else. */
function numberOf(entry: Entry, usage: "DirectNumber" | "MobileNumber"): string | undefined {
  const direct = (entry.phoneNumbers ?? []).filter(
    (one) => one.usageType === usage && !(usage === "MobileNumber" && one.hidden),
  );
  const chosen = direct.find((one) => one.primary) ?? direct[0];
  const value = chosen?.e164 ?? chosen?.phoneNumber ?? "";
  return /^\+[1-9]\d{1,14}$/.test(value) ? value : undefined;
}
