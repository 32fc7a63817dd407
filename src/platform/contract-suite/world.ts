import { afterEach, expect } from "vitest";
import { BridgeError } from "../../errors.ts";
import type { Connection } from "../contract.ts";
import type { MakeWorld, World } from "../contract-suite.ts";

type Part = "presence" | "people" | "calls" | "events" | "invitations" | "meetings";
type Opened<S, P extends Part> = World<S> & { part: NonNullable<World<S>[P]> };

/** Opens one world per test, with the part that the tests are about, and closes it afterwards. */
export function worlds<S, P extends Part>(makeWorld: MakeWorld<S>, part: P): () => Promise<Opened<S, P>> {
  const open: World<S>[] = [];
  afterEach(async () => {
    for (const world of open.splice(0)) await world.close?.();
  });
  return async () => {
    const world = await makeWorld();
    open.push(world);
    const found = world[part];
    if (!found) throw new Error(`the world has no part "${part}", yet the adapter has that port`);
    return { ...world, part: found };
  };
}

/** Asks until the answer satisfies, letting the platform's clock run between: platforms act after they answer. */
export async function eventually<T>(
  world: Pick<World, "pass">,
  ask: () => Promise<T>,
  satisfies: (answer: T) => boolean,
): Promise<T> {
  let answer = await ask();
  for (let tries = 0; tries < 50 && !satisfies(answer); tries++) {
    if (world.pass) await world.pass(20);
    else await new Promise((resolve) => setTimeout(resolve, 10));
    answer = await ask();
  }
  return answer;
}

/** Everything that a log or a screen could show of an error, its causes included. */
export function everythingSaid(error: unknown): string {
  if (!(error instanceof Error)) return JSON.stringify(error) ?? String(error);
  const own = JSON.stringify({ ...error, message: error.message, stack: error.stack });
  return error.cause === undefined ? own : `${own} ${everythingSaid(error.cause)}`;
}

/** The connection as it is when our own share of the platform's budget is used up: nothing may go out. */
export function withoutBudget<S>(connection: Connection<S>): Connection<S> {
  const throttled = () => new BridgeError("platform_throttled", "our budget is used up", { retryAfterMs: 3_000 });
  return { ...connection, fetch: () => Promise.reject(throttled()) };
}

/** The error that `action` ends in; fails the test if it ends well. */
export async function failureOf(action: Promise<unknown>): Promise<unknown> {
  const ended = await action.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  expect(ended, "should have failed").toHaveProperty("error");
  return "error" in ended ? ended.error : undefined;
}
