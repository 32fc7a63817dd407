/** What the host page may show on the panel's tab while the desk is out of sight. Pure. */
import type { DeskMessage } from "../../desk/protocol.ts";
import type { Speech } from "./speech.ts";
import { answersWaiting, consultsOf, currentInteraction, type DeskState } from "./state.ts";
import { consultSentence, waitingSentence } from "./wording.ts";

type Attention = Omit<Extract<DeskMessage, { type: "attention" }>, "type">;

export function attentionOf(state: DeskState, speech: Speech): Attention {
  const interaction = currentInteraction(state);
  const consult = interaction && consultsOf(state, interaction.id).find((each) => each.state !== "ended");
  const answers = waitingSentence(answersWaiting(state), speech, 0);
  if (!consult) return answers ? { level: "asked", sentence: answers } : { level: "none", sentence: "" };
  const touchesCall = ["ringing", "consulting", "conferencing", "transferring"].includes(consult.state);
  const newsAt = consult.timeline.at(-1)?.at ?? consult.changedAt;
  return {
    level: touchesCall ? "call" : "asked",
    sentence: consultSentence(consult, interaction, speech, Date.parse(newsAt)),
  };
}
