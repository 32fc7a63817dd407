import { Hono } from "hono";
import { type GraphContext, type GraphEnv, GraphFault, needsSomebody, scopesOf } from "./graph-request.ts";
import { teamsAdministrator } from "./login.ts";
import { unzip } from "./unzip.ts";
import type { AppDefinition, CatalogEntry, World } from "./world.ts";

type Manifest = {
  id: string;
  version: string;
  name: { short: string };
  icons: { color: string; outline: string };
  localizationInfo?: { additionalLanguages?: { file: string }[] };
};

const mayRead = ["AppCatalog.Submit", "AppCatalog.Read.All", "AppCatalog.ReadWrite.All"];

/**
 * The organization's catalogue of apps. Reading is for applications too, writing for people alone: with AppCatalog.Submit
 * for review only, without a review for Teams administrators only.
 */
export function createCatalogueRoutes(world: World) {
  const app = new Hono<GraphEnv>();
  const write = needsSomebody("AppCatalog.Submit", "AppCatalog.ReadWrite.All");

  app.get("/appCatalogs/teamsApps", (c) => {
    const { roles = [] } = c.get("claims") as { roles?: string[] };
    if (![...roles, ...scopesOf(c)].some((one) => mayRead.includes(one)))
      throw new GraphFault(403, "Forbidden", `Insufficient privileges: ${mayRead.join(" or ")} is missing.`);
    const [, externalId] = /^externalId eq '(.+)'$/.exec(c.req.query("$filter") ?? "") ?? [];
    const isWhole = c.req.query("$expand")?.startsWith("appDefinitions") ?? false;
    const apps = [...world.catalogue.values()].filter((one) => !externalId || one.externalId === externalId);
    return c.json({ value: apps.map((one) => toTeamsApp(one, isWhole)) });
  });

  app.post("/appCatalogs/teamsApps", write, async (c) => {
    const publishingState = stateFor(c);
    const { id, version, name } = await readPackage(c);
    if ([...world.catalogue.values()].some(({ externalId }) => externalId === id))
      throw new GraphFault(409, "Conflict", "App with same id already exists in the tenant.");
    const entry: CatalogEntry = {
      id: crypto.randomUUID(),
      externalId: id,
      displayName: name.short,
      definitions: [{ version, publishingState }],
    };
    world.catalogue.set(entry.id, entry);
    return c.json(toTeamsApp(entry, false), 201);
  });

  app.post("/appCatalogs/teamsApps/:app/appDefinitions", write, async (c) => {
    const publishingState = stateFor(c);
    const entry = world.catalogue.get(c.req.param("app"));
    if (!entry) throw new GraphFault(404, "NotFound", "The app is not in the catalogue.");
    const { id, version } = await readPackage(c);
    if (id !== entry.externalId) throw invalid("The id of the manifest is not the app's.");
    if (entry.definitions.some((one) => !isNewer(version, one.version)))
      throw new GraphFault(409, "Conflict", "App version already exists or is lower than the published one.");
    const definition: AppDefinition = { version, publishingState };
    entry.definitions.push(definition);
    // Microsoft's examples: nothing for a version that is published at once, the definition for one that is submitted.
    return publishingState === "published" ? c.body(null, 204) : c.json(toDefinition(entry, definition), 201);
  });
  return app;
}

function stateFor(c: GraphContext): AppDefinition["publishingState"] {
  if (c.req.query("requiresReview") === "true") return "submitted";
  const { wids = [] } = c.get("claims") as { wids?: string[] };
  if (!scopesOf(c).includes("AppCatalog.ReadWrite.All") || !wids.includes(teamsAdministrator))
    throw new GraphFault(403, "Forbidden", "Only Teams administrators publish without a review.");
  return "published";
}

const invalid = (message: string) => new GraphFault(400, "BadRequest", message);

/** What Teams looks at first: is it a zip, is the manifest in it, and everything that the manifest names. */
async function readPackage(c: GraphContext): Promise<Manifest> {
  if (c.req.header("content-type") !== "application/zip")
    throw new GraphFault(415, "UnsupportedMediaType", "The content type has to be application/zip.");
  const files = await unzip(new Uint8Array(await c.req.arrayBuffer()));
  if (!files) throw invalid("The app package is not a zip file.");
  const manifest = parse(files.get("manifest.json"));
  if (!manifest) throw invalid("The app package has no manifest that can be read.");
  const languages = manifest.localizationInfo?.additionalLanguages?.map(({ file }) => file) ?? [];
  const missing = [manifest.icons.color, manifest.icons.outline, ...languages].filter((name) => !files.has(name));
  if (missing.length > 0) throw invalid(`The app package lacks ${missing.join(", ")}.`);
  if (!/^\d+\.\d+\.\d+$/.test(manifest.version)) throw invalid("The version has to be three numbers.");
  return manifest;
}

function parse(bytes: Uint8Array | undefined): Manifest | undefined {
  try {
    const manifest: Manifest = JSON.parse(new TextDecoder().decode(bytes));
    return manifest.id && manifest.version && manifest.name.short && manifest.icons ? manifest : undefined;
  } catch {
    return undefined;
  }
}

function isNewer(version: string, than: string): boolean {
  const [a, b] = [version, than].map((one) => one.split(".").map(Number));
  const at = a?.findIndex((part, index) => part !== b?.[index]) ?? -1;
  return at >= 0 && (a?.[at] ?? 0) > (b?.[at] ?? 0);
}

const toTeamsApp = ({ definitions, ...app }: CatalogEntry, isWhole: boolean) => ({
  ...app,
  distributionMethod: "organization",
  ...(isWhole ? { appDefinitions: definitions.map((one) => toDefinition({ ...app, definitions }, one)) } : {}),
});

const toDefinition = (app: CatalogEntry, { version, publishingState }: AppDefinition) => ({
  id: btoa(`${app.id}##${version}`),
  teamsAppId: app.externalId,
  displayName: app.displayName,
  version,
  publishingState,
});
