import { BridgeError } from "./errors.ts";

/**
 * AES-GCM with a key per tenant, derived (HKDF-SHA-256) from a master key of the environment. Sealed text names the
 * master key that made it, so that keys can be rotated: the first key seals, all of them open.
 */
export type Keyring = {
  seal(tenantId: string, purpose: string, plain: unknown): Promise<string>;
  open<T>(tenantId: string, purpose: string, sealed: string): Promise<T>;
  /** A raw key for signing, e.g. desk tokens. */
  secret(tenantId: string, purpose: string): Promise<Uint8Array>;
  /** The same of every key, the newest first: for what was signed or digested before a change of keys. */
  secrets(tenantId: string, purpose: string): Promise<Uint8Array[]>;
  /** The names of the keys, the newest first. What a key has sealed begins with its name and a full stop. */
  keyIds: readonly [newest: string, ...older: string[]];
};

const text = new TextEncoder();
export const toBase64 = (bytes: Uint8Array): string =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
export const fromBase64 = (value: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(value), (char) => char.charCodeAt(0));

const rememberedMax = 1000;
/** Derived once, until there are too many: whoever makes up names costs time, not memory. */
function remember<T>() {
  const known = new Map<string, Promise<T>>();
  return (name: string, derive: () => Promise<T>): Promise<T> => {
    const found = known.get(name) ?? derive();
    if (!known.has(name)) {
      if (known.size >= rememberedMax) known.clear();
      known.set(name, found);
    }
    return found;
  };
}

/** `list`: `id:base64` of 32 bytes each, newest first, separated by commas. @throws Error naming what is wrong. */
export function createKeyring(list: string): Keyring {
  const masters = list.split(",").map((entry) => {
    const [id, value] = entry.trim().split(":");
    if (!id || !/^[\w-]+$/.test(id) || !value || fromBase64(value).length !== 32) {
      throw new Error("PATCHCORD_KEYS wants id:base64 of 32 bytes, e.g. made by: openssl rand -base64 32");
    }
    return { id, value: fromBase64(value) };
  });
  const keys = remember<CryptoKey>();
  const secrets = remember<Uint8Array>();
  const newest = masters[0];
  if (!newest) throw new Error("PATCHCORD_KEYS is empty");

  const derive = async (masterId: string, info: string): Promise<Uint8Array<ArrayBuffer>> => {
    const master = masters.find((one) => one.id === masterId);
    if (!master)
      throw new BridgeError(
        "internal",
        `PATCHCORD_KEYS lacks the key ${masterId}, which sealed what is stored. Put it back.`,
      );
    const base = await crypto.subtle.importKey("raw", master.value, "HKDF", false, ["deriveBits"]);
    const bits = await crypto.subtle.deriveBits(
      { name: "HKDF", hash: "SHA-256", salt: text.encode("patchcord"), info: text.encode(info) },
      base,
      256,
    );
    return new Uint8Array(bits);
  };
  const keyFor = (masterId: string, tenantId: string, purpose: string) =>
    keys(`${masterId}/${tenantId}/${purpose}`, async () => {
      const raw = await derive(masterId, `${tenantId}/${purpose}`);
      return crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
    });
  const secretFor = (masterId: string, tenantId: string, purpose: string) =>
    secrets(`${masterId}/${tenantId}/${purpose}`, () => derive(masterId, `${tenantId}/${purpose}`));

  return {
    async seal(tenantId, purpose, plain) {
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const key = await keyFor(newest.id, tenantId, purpose);
      const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, text.encode(JSON.stringify(plain)));
      return `${newest.id}.${toBase64(iv)}.${toBase64(new Uint8Array(sealed))}`;
    },
    async open<T>(tenantId: string, purpose: string, sealed: string): Promise<T> {
      const [id = "", iv = "", body = ""] = sealed.split(".");
      const key = await keyFor(id, tenantId, purpose);
      const plain = await crypto.subtle
        .decrypt({ name: "AES-GCM", iv: fromBase64(iv) }, key, fromBase64(body))
        .catch((cause) => {
          throw new BridgeError(
            "internal",
            `The key ${id} of PATCHCORD_KEYS is not the one that sealed what is stored. Put that one back; a new key needs a new name.`,
            { cause },
          );
        });
      return JSON.parse(new TextDecoder().decode(plain)) as T;
    },
    secret: (tenantId, purpose) => secretFor(newest.id, tenantId, purpose),
    secrets: (tenantId, purpose) => Promise.all(masters.map(({ id }) => secretFor(id, tenantId, purpose))),
    keyIds: [newest.id, ...masters.slice(1).map(({ id }) => id)],
  };
}
