import { BridgeError } from "../../src/errors.ts";
import type { DirectoryPerson, PeoplePort } from "../../src/platform/contract.ts";
import { askGraph, linkPath } from "./graph.ts";
import { inspect } from "./inspect.ts";
import { grant } from "./permissions.ts";
import { photo } from "./photo.ts";
import type { TeamsConnection, TeamsSettings } from "./settings.ts";

export type GraphUser = {
  id: string;
  displayName?: string | null;
  userPrincipalName?: string | null;
  mail?: string | null;
  userType?: string | null;
  accountEnabled?: boolean | null;
  businessPhones?: string[];
  mobilePhone?: string | null;
  department?: string | null;
  jobTitle?: string | null;
  officeLocation?: string | null;
  "@removed"?: { reason: "changed" | "deleted" };
};

const selected: readonly (keyof GraphUser)[] = [
  "id",
  "displayName",
  "userPrincipalName",
  "mail",
  "userType",
  "accountEnabled",
  "businessPhones",
  "mobilePhone",
  "department",
  "jobTitle",
  "officeLocation",
];

type DeltaPage = { value: GraphUser[]; "@odata.nextLink"?: string; "@odata.deltaLink"?: string };
type Read = { holds: "all" | "changes"; page: DeltaPage };

/**
 * GET /users/delta; needs User.Read.All. The first round holds everybody; its last page gives the cursor of the changes
 * since then, and so does every later page: there is always a next. Up to date is who has read an empty page of changes.
 * A cursor that Graph has forgotten starts a new first round (`delta` absent): who is not in it has left.
 * Somebody who was removed comes without a name, `active: false`.
 */
async function list(c: TeamsConnection, cursor?: string) {
  const { holds, page } = await readPage(c, cursor);
  const { "@odata.nextLink": more, "@odata.deltaLink": later } = page;
  const next = more ? toCursor(holds, linkPath(c, more)) : later ? toCursor("changes", linkPath(c, later)) : undefined;
  return {
    people: page.value.map((user) => toPerson(user, c.settings)),
    ...(next === undefined ? {} : { next }),
    ...(holds === "changes" ? { delta: true } : {}),
  };
}

async function readPage(c: TeamsConnection, cursor?: string): Promise<Read> {
  if (cursor === undefined) return { holds: "all", page: await ask(c, `/users/delta?$select=${selected.join(",")}`) };
  const { holds, path } = readCursor(cursor);
  try {
    return { holds, page: await ask(c, path) };
  } catch (error) {
    if (error instanceof BridgeError && error.details?.platform_status === 410) return readPage(c);
    throw error;
  }
}

const ask = (c: TeamsConnection, path: string) =>
  askGraph<DeltaPage>(c, { lane: "bulk", fix: grant("directory") }, (api) => api(path).get());

const toCursor = (holds: Read["holds"], path: string) => `${holds}:${path}`;

function readCursor(cursor: string): { holds: Read["holds"]; path: string } {
  const [, holds, path] = /^(all|changes):(users\/.+)$/.exec(cursor) ?? [];
  if (!holds || !path) throw new BridgeError("invalid", "This is not a cursor of the Teams directory");
  return { holds: holds === "all" ? "all" : "changes", path };
}

function toPerson(user: GraphUser, s: TeamsSettings): DirectoryPerson {
  const phone = readPhone(user, s.phoneFrom);
  const sip = sipOf(user, phone, s);
  const mobile = s.mobiles === "last" ? readPhone(user, "mobilePhone") : undefined;
  return {
    account: user.id,
    name: user.displayName ?? "",
    emails: verifiedEmails(user, s.emailDomains),
    ...(phone === undefined ? {} : { phone }),
    ...(sip === undefined ? {} : { sip }),
    ...(mobile === undefined || mobile === phone ? {} : { mobile }),
    ...(user.department ? { department: user.department } : {}),
    ...(user.jobTitle ? { title: user.jobTitle } : {}),
    ...(user.officeLocation ? { site: user.officeLocation } : {}),
    // Guests are other companies' people.
    active: !user["@removed"] && user.accountEnabled !== false && user.userType !== "Guest",
  };
}

const domainOf = (address: string) => address.slice(address.lastIndexOf("@") + 1).toLowerCase();

/**
 * The sign-in name lies within a verified domain by its nature (a guest's holds #EXT#). The mail field may hold
 * anything, so it counts only within the sign-in name's domain or one that the admin listed.
 */
function verifiedEmails(user: GraphUser, emailDomains: readonly string[]): string[] {
  const upn = user.userPrincipalName?.toLowerCase();
  if (!upn || upn.includes("#ext#")) return [];
  const mail = user.mail?.toLowerCase();
  const isTrusted = mail !== undefined && [domainOf(upn), ...emailDomains].includes(domainOf(mail));
  return isTrusted && mail !== upn ? [upn, mail] : [upn];
}

/** E.164 only: completing a national number, or dropping an extension, would ring a stranger. */
function readPhone(user: GraphUser, from: TeamsSettings["phoneFrom"]): string | undefined {
  if (from === "none") return undefined;
  const written = from === "businessPhones" ? user.businessPhones?.[0] : user.mobilePhone;
  const number = written?.replace(/^tel:/i, "").replace(/[\s().\-/]/g, "");
  return number && /^\+[1-9]\d{6,14}$/.test(number) ? number : undefined;
}

/** Nothing that would end the address early; a guest's name is no address here. */
function sipOf(user: GraphUser, phone: string | undefined, { sipAddress }: TeamsSettings): string | undefined {
  const upn = user.userPrincipalName?.toLowerCase();
  const upnOrNone = upn && /^[a-z0-9._+-]+@[a-z0-9.-]+$/.test(upn) ? upn : undefined;
  const parts: Record<string, string | undefined> = { number: phone, upn: upnOrNone, user: upnOrNone?.split("@")[0] };
  const wanted = /\{(\w+)\}/.exec(sipAddress ?? "")?.[1];
  const value = wanted && parts[wanted];
  return value ? sipAddress?.replace(`{${wanted}}`, value) : undefined;
}

export const people: PeoplePort<TeamsSettings> = { list, inspect, photo };
