import { BridgeError } from "../../src/errors.ts";
import type { DirectoryPerson, PeoplePort } from "../../src/platform/contract.ts";
import { readPage } from "./pages.ts";
import { askFor, orUndefined } from "./request.ts";
import type { Settings, Twilio } from "./settings.ts";
import { readObject, type Worker, worker } from "./wire.ts";

const pageSize = 50;
const e164 = /^\+[1-9]\d{1,14}$/;

/** Twilio shows attributes only of a worker that is fetched by itself. */
async function withAttributes(c: Twilio, listed: Worker): Promise<Worker> {
  if (typeof listed.attributes === "string") return listed;
  const path = `/Workers/${listed.sid}`;
  return (await orUndefined(askFor(c, { api: "taskRouter", path, lane: "bulk" }, worker))) ?? listed;
}

/** Attributes as Flex's single sign-on writes them, and their usual spellings elsewhere. */
function toPerson({ sid, friendly_name, attributes: json }: Worker): DirectoryPerson {
  const attributes = readObject(json);
  const word = (...names: string[]): string | undefined =>
    names.map((name) => attributes[name]).find((value) => typeof value === "string" && value !== "") as
      | string
      | undefined;
  const email = word("email");
  const phone = word("contact_uri", "phone");
  const department = word("department_name", "department", "team_name");
  const site = word("location", "site");
  return {
    account: sid,
    name: word("full_name", "name") ?? friendly_name ?? sid,
    emails: email && /^[^\s@]+@[^\s@]+$/.test(email) ? [email] : [],
    ...(phone && e164.test(phone) ? { phone } : {}),
    ...(department ? { department } : {}),
    ...(site ? { site } : {}),
    active: true,
  };
}

export const people: PeoplePort<Settings> = {
  async list(c, cursor) {
    const { workspaceSid } = c.settings;
    if (cursor !== undefined && !cursor.startsWith(`/v1/Workspaces/${workspaceSid}/Workers?`))
      throw new BridgeError("bad_request", "this cursor is not from the list of workers");
    const first = { path: "/Workers", query: { PageSize: pageSize } };
    const page = await readPage(
      c,
      { api: "taskRouter", lane: "bulk", ...(cursor === undefined ? first : { path: cursor }) },
      "workers",
      worker,
    );
    const people: DirectoryPerson[] = [];
    for (const listed of page.items) people.push(toPerson(await withAttributes(c, listed)));
    return { people, ...(page.next === undefined ? {} : { next: page.next }) };
  },
};
