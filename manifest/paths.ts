/** Texts live in a manifest at paths such as `bots[0].commandLists[0].commands[2].title`. */

export type Branch = Record<string, unknown>;
export const isBranch = (value: unknown): value is Branch => typeof value === "object" && value !== null;

/** Puts a value at its path. Objects that are missing on the way are made; lists have to be there. */
export function putAt(root: Branch, path: string, value: unknown): void {
  const steps = path.match(/[^.[\]]+/g) ?? [];
  const last = steps.pop();
  if (last === undefined) return;
  let branch = root;
  for (const step of steps) {
    const found = branch[step];
    const next = isBranch(found) ? found : {};
    branch[step] = next;
    branch = next;
  }
  branch[last] = value;
}

/** Every string of a JSON value, by path. */
export function* stringsOf(value: unknown, path = ""): Generator<[path: string, text: string]> {
  if (typeof value === "string") yield [path, value];
  else if (Array.isArray(value))
    for (const [index, item] of value.entries()) yield* stringsOf(item, `${path}[${index}]`);
  else if (isBranch(value))
    for (const [key, item] of Object.entries(value)) yield* stringsOf(item, path === "" ? key : `${path}.${key}`);
}
