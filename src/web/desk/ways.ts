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

/** The same for one person: whoever has no phone that can be rung is asked in writing. */
export function waysToAskPerson(
  interaction: InteractionView | undefined,
  person: Pick<ExpertView, "reachability">,
): Ways {
  const { main, all } = waysToAsk(interaction);
  if (person.reachability.state !== "chat") return { main, all };
  const limited = all.map((way) =>
    written.includes(way.kind) || !way.possible ? way : { ...way, possible: false, reason: "chat-only" },
  );
  return { main: limited.find((way) => way.kind === "question" && way.possible)?.kind, all: limited };
}
