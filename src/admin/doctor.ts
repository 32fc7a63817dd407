import { eq } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { sessionMs } from "../desk/tokens.ts";
import { isBridgeError } from "../errors.ts";
import { openConnection } from "../identity/connect.ts";
import { connections, tenants } from "../identity/schema.ts";
import type { Service } from "../platform/service.ts";
import { olderKeysInUse } from "./reseal.ts";

export type Finding = { what: string; ok: boolean; says: string };

const sentenceOf = (error: unknown) =>
  isBridgeError(error) ? error.message : "does not answer. Check its address, and that this machine may reach it.";

/** Asks everything that the service stands on whether it works. Writes nothing. */
export async function diagnose(service: Service): Promise<Finding[]> {
  const found: Finding[] = [];
  let known: { id: string; slug: string }[];
  try {
    known = await service.database.asSystem((db) => db.select({ id: tenants.id, slug: tenants.slug }).from(tenants));
    found.push({ what: "database", ok: true, says: `reachable, ${known.length} tenants` });
  } catch {
    return [
      {
        what: "database",
        ok: false,
        says: "does not answer, or the login may not become patchcord_app and patchcord_system. See docs/set-up.md.",
      },
    ];
  }
  if (known.length === 0)
    found.push({
      what: "set-up",
      ok: false,
      says: "There is no tenant yet. Write patchcord.yaml and run: npm run apply",
    });
  if (service.publicUrl.startsWith("http:") && !/\/\/(127\.0\.0\.1|localhost)[:/]?/.test(service.publicUrl)) {
    found.push({ what: "PUBLIC_URL", ok: false, says: "is not https. Platforms refuse plain http." });
  }
  for (const { id, slug } of known)
    found.push(...(await diagnoseTenant(service, id, slug)), ...(await diagnoseKeys(service, id, slug)));
  return found;
}

const asDoctor =
  (service: Service, tenantId: string) =>
  <T>(work: (ctx: Ctx) => Promise<T>): Promise<T> =>
    service.database.inTenant(tenantId, (db) =>
      work({ db, tenantId, actor: { kind: "system", name: "doctor" }, now: service.now, log: service.log }),
    );

/** Which keys besides the newest are still needed. Nothing where there is one key, and it is the only one in use. */
async function diagnoseKeys(service: Service, tenantId: string, slug: string): Promise<Finding[]> {
  const { keyring } = service;
  const [newest, ...older] = keyring.keyIds;
  const uses = await asDoctor(service, tenantId)((ctx) => olderKeysInUse(ctx, keyring));
  const needed = [...Map.groupBy(uses, ({ key }) => key)].map(([key, all]): Finding => {
    const what = all.map(({ table, rows }) => `${rows} in ${table}`).join(", ");
    const isThere = older.includes(key);
    return {
      what: `${slug} / key ${key}`,
      ok: isThere,
      says: isThere
        ? `still needed: ${what}. The running service seals them anew with ${newest} within a quarter of an hour; keep it until then.`
        : `not in PATCHCORD_KEYS, but needed: ${what}. Put it back behind the newest until this line has gone.`,
    };
  });
  const isFree = (key: string) => !uses.some((use) => use.key === key);
  const spare = older.filter(isFree).map(
    (key): Finding => ({
      what: `${slug} / key ${key}`,
      ok: true,
      says: `no longer needed for what is stored. Signed-in admins keep their session with it for ${sessionMs / 3_600_000} hours at most.`,
    }),
  );
  return [...needed, ...spare];
}

async function diagnoseTenant(service: Service, tenantId: string, slug: string): Promise<Finding[]> {
  const tx = asDoctor(service, tenantId);
  const rows = await tx((ctx) => ctx.db.select().from(connections).where(eq(connections.enabled, true)));
  if (rows.length === 0)
    return [{ what: slug, ok: false, says: "has no connection. Name your platforms in patchcord.yaml." }];
  return Promise.all(
    rows.map(async (row): Promise<Finding> => {
      const what = `${slug} / ${row.name}`;
      try {
        const { adapter, connection } = await openConnection(service, tenantId, row.id, tx);
        await adapter.check(connection);
        return { what, ok: true, says: `${adapter.name} answers and permits what is needed` };
      } catch (error) {
        return { what, ok: false, says: sentenceOf(error) };
      }
    }),
  );
}
