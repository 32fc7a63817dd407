/**
 * What must be known again after a restart and Twilio does not keep: `c.tokens` is the one store that adapters have;
 * what goes in is sealed like a token and forgotten after a day.
 */
import { z } from "zod";
import type { Twilio } from "./settings.ts";

const keptMs = 24 * 3_600_000;

class Absent extends Error {}

async function recall<T>(c: Twilio, key: string, shape: z.ZodType<T>): Promise<T | undefined> {
  try {
    const kept = await c.tokens.get(`twilio.${c.id}.${key}`, () => Promise.reject(new Absent()));
    return shape.safeParse(JSON.parse(kept)).data;
  } catch (error) {
    if (error instanceof Absent) return undefined;
    throw error;
  }
}

async function keep(c: Twilio, key: string, value: unknown, forMs = keptMs): Promise<void> {
  const expiresAt = new Date(c.now().getTime() + forMs);
  await c.tokens.drop(`twilio.${c.id}.${key}`);
  await c.tokens.get(`twilio.${c.id}.${key}`, async () => ({ value: JSON.stringify(value), expiresAt }));
}

// ---------------------------------------------------------------- what we did to an interaction; only commands write it

const dial = z.object({
  command: z.string(),
  to: z.string(),
  /** When we were about to dial, in milliseconds. */
  at: z.number(),
  /** The customer's call, so that they are still known when Twilio has deleted the task. */
  customer: z.string().optional(),
  /** Twilio's id of the leg, once its answer has come. */
  call: z.string().optional(),
  /** A later command brought everybody together again, so nothing that follows is this dial's doing. */
  settled: z.boolean().optional(),
});
const deeds = z.object({
  dials: z.array(dial),
  /** We took from the agent's leg that its end is the end of the call. */
  freedAgent: z.boolean().optional(),
});
export type Dial = z.output<typeof dial>;
export type Deeds = z.output<typeof deeds>;

const dialsMax = 20;

export const recallDeeds = async (c: Twilio, task: string): Promise<Deeds> =>
  (await recall(c, `deeds.${task}`, deeds)) ?? { dials: [] };

/** Commands on one interaction come one after the other, so reading and writing need not be one step. */
async function noteDeeds(c: Twilio, task: string, change: (before: Deeds) => Deeds): Promise<void> {
  const before = await recallDeeds(c, task);
  const { dials, ...rest } = change(before);
  if (JSON.stringify({ dials, ...rest }) === JSON.stringify(before)) return;
  await keep(c, `deeds.${task}`, { ...rest, dials: dials.slice(-dialsMax) });
}

export const noteDial = (c: Twilio, task: string, made: Dial): Promise<void> =>
  noteDeeds(c, task, (before) => ({
    ...before,
    dials: [...before.dials.filter((one) => one.command !== made.command), made],
  }));

/** It rang nobody, for certain. */
export const forgetDial = (c: Twilio, task: string, command: string): Promise<void> =>
  noteDeeds(c, task, (before) => ({ ...before, dials: before.dials.filter((one) => one.command !== command) }));

export const noteSettled = (c: Twilio, task: string): Promise<void> =>
  noteDeeds(c, task, (before) => ({ ...before, dials: before.dials.map((one) => ({ ...one, settled: true })) }));

export const noteFreedAgent = (c: Twilio, task: string): Promise<void> =>
  noteDeeds(c, task, (before) => ({ ...before, freedAgent: true }));

// ---------------------------------------------------------------- what became of a leg that we dialled, once it is over

const fate = z.object({ call: z.string(), state: z.enum(["left", "failed"]), reason: z.string() });
export type Fate = z.output<typeof fate>;

export const recallFate = (c: Twilio, command: string) => recall(c, `fate.${command}`, fate);
export const noteFate = (c: Twilio, command: string, value: Fate) => keep(c, `fate.${command}`, value);

// ---------------------------------------------------------------- who answered a leg

const answeredBy = z.enum(["person", "machine"]);
export const recallAnswer = (c: Twilio, call: string) => recall(c, `answered.${call}`, answeredBy);
export const noteAnswer = (c: Twilio, call: string, by: z.output<typeof answeredBy>) => keep(c, `answered.${call}`, by);

// ---------------------------------------------------------------- where callbacks go

/** Where Twilio reaches us, as `subscribe` was told. Absent before that: then no leg of ours reports its progress. */
export const recallAddress = (c: Twilio) => recall(c, "address", z.string());

/** Kept for a week and written anew long before that, as `subscribe` runs every few minutes. */
export async function noteAddress(c: Twilio, address: string): Promise<void> {
  const day = Math.floor(c.now().getTime() / keptMs);
  const seen = z.object({ address: z.string(), day: z.number() });
  const known = await recall(c, "address-noted", seen);
  if (known?.address === address && known.day === day) return;
  await keep(c, "address", address, 7 * keptMs);
  await keep(c, "address-noted", { address, day }, 7 * keptMs);
}

// ---------------------------------------------------------------- what the last reading showed of all agents

const engagement = z.enum(["on-call", "ringing", "wrap-up"]);
const floor = z.object({
  /** Activities by id: does TaskRouter give work to whoever is in them? */
  available: z.record(z.string(), z.boolean()),
  /** Voice tasks in progress: as of which change and when their reservations were read, what each agent does in them. */
  tasks: z.record(
    z.string(),
    z.object({ version: z.string(), at: z.number(), agents: z.record(z.string(), engagement) }),
  ),
});
export type Engagement = z.output<typeof engagement>;
export type Floor = z.output<typeof floor>;

export const recallFloor = async (c: Twilio): Promise<Floor> =>
  (await recall(c, "floor", floor)) ?? { available: {}, tasks: {} };
export const noteFloor = (c: Twilio, next: Floor): Promise<void> => keep(c, "floor", next);
