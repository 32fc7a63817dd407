import { Hono } from "hono";
import { base64url } from "jose";
import type { Directory } from "./directory.ts";
import { contextOf, type GraphContext, type GraphEnv, GraphFault, needs, userInPath } from "./graph-request.ts";
import type { FakeUser, World } from "./world.ts";

const shownFields = [
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
  "assignedPlans",
] as const satisfies readonly (keyof FakeUser)[];
const photoSizes = ["48x48", "64x64", "96x96", "120x120", "240x240", "360x360", "432x432", "504x504", "648x648"];
const defaultFields = [
  "id",
  "displayName",
  "userPrincipalName",
  "mail",
  "businessPhones",
  "mobilePhone",
  "jobTitle",
  "officeLocation",
];

const readers = ["User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"];

export function createDirectoryRoutes(world: World, directory: Directory) {
  const app = new Hono<GraphEnv>();
  const readList = needs(...readers, "User.ReadBasic.All");

  app.get("/users", readList, (c) => c.json(listUsers(world, c)));
  app.get("/users/delta", needs(...readers), (c) => c.json(readDelta(world, directory, c)));
  app.get("/users/delta()", needs(...readers), (c) => c.json(readDelta(world, directory, c)));
  app.get("/users/:user", readList, (c) => {
    const fields = readSelect(c.req.query("$select")) ?? defaultFields;
    return c.json({ "@odata.context": contextOf(world, "users/$entity"), ...pick(userInPath(world, c), fields) });
  });
  app.get("/users/:user/photos/:size/$value", needs("ProfilePhoto.Read.All", "ProfilePhoto.ReadWrite.All"), (c) => {
    const { photo } = userInPath(world, c);
    const isKnown = photoSizes.includes(c.req.param("size") ?? "");
    if (!photo || !isKnown) throw new GraphFault(404, "ImageNotFound", "Exception of type 'ImageNotFoundException'.");
    return c.body(photo as Uint8Array<ArrayBuffer>, 200, { "content-type": "image/jpeg" });
  });
  return app;
}

/** A property that was never set is null when one asks for it, and absent from a delta. */
function pick(user: FakeUser, fields: readonly string[]): Record<string, unknown> {
  const wanted = shownFields.filter((field) => fields.includes(field));
  return Object.fromEntries(wanted.map((field) => [field, fieldOf(user, field)]));
}

/** Whoever has a business phone has Teams Phone, unless a test says otherwise. */
const teamsPhone = { servicePlanId: "4828c8ec-dc2e-4779-b502-87ac9ce28ab7", capabilityStatus: "Enabled" };

function fieldOf(user: FakeUser, field: (typeof shownFields)[number]): unknown {
  if (field === "businessPhones") return user.businessPhones ?? [];
  if (field === "assignedPlans") return user.assignedPlans ?? (user.businessPhones?.length ? [teamsPhone] : []);
  if (field === "accountEnabled") return user.accountEnabled ?? true;
  if (field === "userType") return user.userType ?? "Member";
  return user[field] ?? null;
}

function readSelect(text: string | undefined): string[] | undefined {
  const fields = text?.split(",").map((field) => field.trim());
  const strange = fields?.find((field) => !shownFields.some((known) => known === field));
  if (strange) throw new GraphFault(400, "BadRequest", `Could not find a property named '${strange}' on type 'user'.`);
  return fields;
}

type Page = { offset: number; size: number; fields: string[] };

function listUsers(world: World, c: GraphContext) {
  const token = c.req.query("$skiptoken");
  const page = token
    ? readToken<Page>(token)
    : { offset: 0, size: readTop(world, c), fields: readSelect(c.req.query("$select")) ?? defaultFields };
  const users = [...world.users.values()];
  const end = page.offset + page.size;
  const next =
    end < users.length
      ? `${world.urls.graph}/v1.0/users?$skiptoken=${writeToken({ ...page, offset: end })}`
      : undefined;
  return {
    "@odata.context": contextOf(world, "users"),
    ...(next ? { "@odata.nextLink": next } : {}),
    value: users.slice(page.offset, end).map((user) => pick(user, page.fields)),
  };
}

function readTop(world: World, c: GraphContext): number {
  const top = Number(c.req.query("$top") ?? world.pageSize);
  if (!Number.isInteger(top) || top < 1 || top > 999)
    throw new GraphFault(400, "Request_UnsupportedQuery", "Invalid page size.");
  return top;
}

/** Where a round of changes stands: what it covers, and from where the next page goes on. */
type Round = { since: number; until: number; after: number; fields: string[] };

function readDelta(world: World, directory: Directory, c: GraphContext) {
  const round = readRound(directory, c, world);
  const changes = directory.between(round.after, round.until);
  const shown = changes.slice(0, world.pageSize);
  const last = shown.at(-1);
  const link = `${world.urls.graph}/v1.0/users/delta`;
  const goOn = last && shown.length < changes.length ? { ...round, after: last.version } : undefined;
  const later: Round = { ...round, since: round.until, after: round.until };
  return {
    "@odata.context": contextOf(world, "users"),
    ...(goOn
      ? { "@odata.nextLink": `${link}?$skiptoken=${writeToken(goOn)}` }
      : { "@odata.deltaLink": `${link}?$deltatoken=${writeToken(later)}` }),
    // The first round does not tell of people who have already left.
    value: shown
      .filter(({ removed }) => !removed || round.since > 0)
      .map(({ id, removed }) =>
        removed ? { id, "@removed": { reason: removed } } : known(world.users.get(id), round.fields),
      ),
  };
}

const known = (user: FakeUser | undefined, fields: string[]) =>
  user && Object.fromEntries(Object.entries(pick(user, ["id", ...fields])).filter(([, value]) => value !== null));

function readRound(directory: Directory, c: GraphContext, world: World): Round {
  const { $skiptoken, $deltatoken, $select } = c.req.query();
  const token = $skiptoken ?? $deltatoken;
  if (!token) return { since: 0, until: directory.version, after: 0, fields: readSelect($select) ?? defaultFields };
  if ($select) throw new GraphFault(400, "BadRequest", "Query options are part of the token already.");
  const round = readToken<Round>(token);
  if (directory.isForgotten(round.until)) {
    throw new GraphFault(410, "resyncRequired", "The delta token has expired.", {
      Location: `${world.urls.graph}/v1.0/users/delta`,
    });
  }
  return $skiptoken ? round : { ...round, until: directory.version };
}

const writeToken = (content: Page | Round) => base64url.encode(JSON.stringify(content));

function readToken<T extends Page | Round>(token: string): T {
  try {
    return JSON.parse(new TextDecoder().decode(base64url.decode(token))) as T;
  } catch {
    throw new GraphFault(
      400,
      "Directory_ExpiredPageToken",
      "The specified page token value has expired or is invalid.",
    );
  }
}
