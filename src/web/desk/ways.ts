/** Which ways of asking this interaction and this person allow. Pure. */
import type { Kind } from "../../consults/model.ts";
import type { ExpertView, InteractionView } from "../../views.ts";
import { isMine } from "./state.ts";

export type Way = { kind: Kind; possible: boolean; reason?: string };
export type Ways = {
  /** What the one big button does. Absent when there is no customer, or nothing is possible. */
  main: Kind | undefined;
  all: Way[];
};

/** In the order of the menu; the first that is possible is the main one. */
const order: readonly Kind[] = ["consult", "conference", "transfer", "blind-transfer", "question", "meeting"];
/** Asked in writing. The rest needs a phone that rings. */
const written: readonly Kind[] = ["question", "meeting"];
const mains: readonly Kind[] = ["consult", "question"];

export function waysToAsk(interaction: InteractionView | undefined): Ways {
  if (!interaction || !isMine(interaction)) return { main: undefined, all: [] };
  const all = order.flatMap((kind) => interaction.can.find((way) => way.kind === kind) ?? []);
  return { main: mains.find((kind) => all.some((way) => way.kind === kind && way.possible)), all };
}

/** The same for one person: no phone that can be rung, asked in writing; no card that gets through, rung. */
export function waysToAskPerson(
  interaction: InteractionView | undefined,
  person: Pick<ExpertView, "reachability">,
): Ways {
  const { main, all } = waysToAsk(interaction);
  const { state, onlyRing } = person.reachability;
  if (state !== "chat" && !onlyRing) return { main, all };
  const limited = all.map((way) =>
    written.includes(way.kind) !== (onlyRing === true) || !way.possible
      ? way
      : { ...way, possible: false, reason: onlyRing ? "no-card" : "chat-only" },
  );
  return { main: mains.find((kind) => limited.some((way) => way.kind === kind && way.possible)), all: limited };
}
