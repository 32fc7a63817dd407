import type { InteractionSnapshot, Party, PartyRole, PartyState } from "../../src/platform/contract.ts";
import { belongingOf, endVariable, isLeg, legsVariable, type Room, roomId, rooms } from "./names.ts";
import { pathOf, read } from "./request.ts";
import type { Asterisk } from "./settings.ts";
import * as wire from "./wire.ts";
import { type LegState, legState } from "./words.ts";

/** Somebody's end of the line, alive in Asterisk. */
export type Leg = {
  ref: string;
  role: PartyRole;
  state: LegState;
  /** Absent while they are in neither, for instance on the way from one to the other. */
  room?: Room;
  account?: string;
  name?: string;
};

/** One interaction as Asterisk has it: all that we know, read anew for every decision. */
export type Call = {
  /** The customer's channel, by whose id the interaction goes. */
  ref: string;
  legs: Leg[];
  /** The rooms that are open. */
  rooms: readonly Room[];
  /** The legs that we have dialled so far, alive or not. */
  dialled: readonly string[];
  attributes: Record<string, string>;
  startedAt: Date;
  observedAt: Date;
};

export const readChannel = (c: Asterisk, ref: string) =>
  read(c, { path: pathOf("channels", ref), lane: "call" }, wire.channel);

export const readRoom = (c: Asterisk, room: Room, interaction: string) =>
  read(c, { path: pathOf("bridges", roomId(room, interaction)), lane: "call" }, wire.bridge);

const readVariable = async (c: Asterisk, ref: string, name: string): Promise<string> => {
  const path = `${pathOf("channels", ref)}/variable`;
  return (await read(c, { path, query: { variable: name }, lane: "call" }, wire.variable))?.value ?? "";
};

/**
 * Who is where. Undefined when nobody is left, or nobody ever was. `also`: channels that may belong to it though they
 * have not been brought into a room yet. Nobody is taken for gone unless Asterisk says that their channel is.
 */
export async function readCall(c: Asterisk, ref: string, also: readonly string[] = []): Promise<Call | undefined> {
  const observedAt = c.now();
  const [customer, talk, wait, dialled] = await Promise.all([
    readChannel(c, ref),
    readRoom(c, "talk", ref),
    readRoom(c, "wait", ref),
    readVariable(c, ref, legsVariable),
  ]);
  const legIds = dialled.split(" ").filter(Boolean);
  const inside = { talk: talk?.channels ?? [], wait: wait?.channels ?? [] };
  const others = new Set([...inside.talk, ...inside.wait, ...legIds, ...also]);
  others.delete(ref);
  const channels = await Promise.all([...others].map((other) => readChannel(c, other)));
  const roomOf = (channel: string) => rooms.find((room) => inside[room].includes(channel));
  const legs = [customer, ...channels].flatMap((one) => (one ? toLegs(c, ref, one, roomOf(one.id)) : []));
  if (legs.length === 0) return undefined;
  const begun = customer ?? channels.find((one) => one !== undefined);
  return {
    ref,
    legs,
    rooms: rooms.filter((room) => (room === "talk" ? talk : wait) !== undefined),
    dialled: legIds,
    attributes: (customer && belongingOf(c.settings.app, customer)?.attributes) ?? {},
    startedAt: toInstant(begun?.creationtime, observedAt),
    observedAt,
  };
}

/** Asterisk writes its zone as +0000. */
function toInstant(text = "", otherwise: Date): Date {
  const instant = new Date(text.replace(/([+-]\d\d)(\d\d)$/, "$1:$2"));
  return Number.isNaN(instant.getTime()) ? otherwise : instant;
}

/** A channel in our rooms that nobody told us about is a recorder or the like. The customer is nobody but `ref`. */
function toLegs({ settings }: Asterisk, ref: string, channel: wire.WireChannel, room: Room | undefined): Leg[] {
  const found = belongingOf(settings.app, channel);
  const belongs = found?.interaction === ref && (found.role === "customer") === (channel.id === ref);
  if (!belongs && (room === undefined || channel.id === ref)) return [];
  const role = belongs ? found.role : "system";
  const account = belongs ? found.account : undefined;
  const name = nameOf(channel, role) ?? settings.agents.find(({ id }) => id === account)?.name;
  return [
    {
      ref: channel.id,
      role,
      state: legState(channel.state),
      ...(room ? { room } : {}),
      ...(account ? { account } : {}),
      ...(name ? { name } : {}),
    },
  ];
}

const nameOf = ({ caller }: wire.WireChannel, role: PartyRole): string | undefined =>
  role === "customer" ? caller.name || caller.number || undefined : undefined;

/** What became of the legs that are no longer there, as far as somebody noted it. */
export async function readGone(c: Asterisk, call: Call): Promise<Party[]> {
  const gone = call.dialled.filter((ref) => !call.legs.some((leg) => leg.ref === ref));
  return Promise.all(
    gone.map(async (ref): Promise<Party> => {
      const [state, reason] = (await readVariable(c, call.ref, endVariable(ref))).split(" ");
      return {
        ref,
        role: "expert",
        state: state === "failed" ? "failed" : "left",
        ...(reason ? { reason } : {}),
      };
    }),
  );
}

/** Who is in neither room is heard by nobody, so a customer or an expert counts as on hold; an agent has just come. */
function stateOf({ state, room, role }: Leg): PartyState {
  if (state !== "up") return state;
  return room === "talk" || (room === undefined && role === "agent") ? "connected" : "held";
}

const toParty = (leg: Leg): Party => ({
  ref: leg.ref,
  role: leg.role,
  state: stateOf(leg),
  ...(leg.account ? { account: leg.account } : {}),
  ...(leg.name ? { name: leg.name } : {}),
});

/** Made, and not dialled: whoever asked for it comes again, or gives it up. Nobody else has heard of it. */
const isBegun = ({ dialled }: Call, { ref, role, state }: Leg): boolean =>
  role === "expert" && state === "dialing" && isLeg(ref) && !dialled.includes(ref);

export const toSnapshot = (call: Call, gone: readonly Party[] = []): InteractionSnapshot => ({
  ref: call.ref,
  rootRef: call.ref,
  channel: "voice",
  state: "live",
  parties: [...call.legs.filter((leg) => !isBegun(call, leg)).map(toParty), ...gone],
  recording: "unknown",
  attributes: call.attributes,
  startedAt: call.startedAt,
  observedAt: call.observedAt,
});
