import { type FakeUser, userOf, type World } from "./world.ts";

type Entry = { id: string; version: number; removed?: "changed" | "deleted" };

/** Who is in the directory, with a number for each change, so that deltas can be told. */
export function createDirectory(world: World) {
  const entries = new Map<string, Entry>();
  let version = 0;
  /** Delta tokens from before this version are forgotten. */
  let oldest = 0;

  function touch(id: string, removed?: Entry["removed"]): void {
    version += 1;
    entries.delete(id); // so that the map stays in the order of the versions
    entries.set(id, { id, version, ...(removed ? { removed } : {}) });
    world.changed({ kind: "directory", user: id });
  }
  for (const id of world.users.keys()) touch(id);

  return {
    get version() {
      return version;
    },
    isForgotten: (since: number) => since < oldest,
    /** Changes after one version up to another, in the order in which they happened. */
    between: (since: number, until: number) =>
      [...entries.values()].filter((one) => one.version > since && one.version <= until),

    addUser(user: FakeUser): void {
      world.users.set(user.id, { ...user });
      touch(user.id);
    },
    updateUser(id: string, changes: Partial<FakeUser>): void {
      Object.assign(userOf(world, id), changes);
      touch(id);
    },
    removeUser(id: string, reason: "changed" | "deleted" = "deleted"): void {
      world.users.delete(id);
      touch(id, reason);
    },
    /** As after the days for which Microsoft keeps them: whoever comes with an old token has to start again. */
    forgetDeltas(): void {
      version += 1;
      oldest = version;
    },
  };
}

export type Directory = ReturnType<typeof createDirectory>;
