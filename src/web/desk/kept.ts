/** What outlives a reload of the panel, in the tab's own session storage; nothing where storage is forbidden. */

export type KeptName = "token" | "questions" | "dismissed" | "drafts" | "used" | "chosen";

const key = (name: KeptName) => `patchcord.${name}`;

export function recall<Value>(name: KeptName): Value | undefined {
  try {
    const text = sessionStorage.getItem(key(name));
    return text === null ? undefined : (JSON.parse(text) as Value);
  } catch {
    return undefined;
  }
}

export function keep(name: KeptName, value: unknown): void {
  try {
    if (value === undefined) sessionStorage.removeItem(key(name));
    else sessionStorage.setItem(key(name), JSON.stringify(value));
  } catch {
    // Third-party storage is blocked in some browsers; the panel then asks its host again after a reload.
  }
}
