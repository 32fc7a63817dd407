import type { Service } from "../platform/service.ts";
import { toBase64 } from "../seal.ts";
import type { webhookEndpoints } from "./schema.ts";

/** The newest first. `until`: it signs no longer than that. */
export type Secret = { secret: string; until?: string };
type Endpoint = Pick<typeof webhookEndpoints.$inferSelect, "id" | "tenantId" | "secretsSealed">;

/** How long the secret before a rotation goes on signing beside the new one. */
export const overlapMs = 24 * 3_600_000;

const purpose = (id: string) => `webhook:${id}`;

/** 32 bytes, in the specification's spelling. */
export const newSecret = (): string => `whsec_${toBase64(crypto.getRandomValues(new Uint8Array(32)))}`;

export const sealSecrets = (service: Service, { id, tenantId }: Omit<Endpoint, "secretsSealed">, secrets: Secret[]) =>
  service.keyring.seal(tenantId, purpose(id), secrets);

/** Those that still sign. */
export async function secretsOf(service: Service, endpoint: Endpoint, now: Date): Promise<Secret[]> {
  const { tenantId, id, secretsSealed } = endpoint;
  const all = await service.keyring.open<Secret[]>(tenantId, purpose(id), secretsSealed);
  return all.filter(({ until }) => !until || new Date(until) > now);
}
