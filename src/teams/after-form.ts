/** What the card asks when it is over: how it went, a word for the agent, and whether this is a topic of theirs. Pure. */
import { outcomes } from "../consults/after.ts";
import type { Say } from "./texts/index.ts";

export type After = {
  /** Said already. */
  isNoted: boolean;
  /** The topic as a skill, when it is none of theirs yet. */
  skill?: string;
};

type Element = Record<string, unknown>;

const noteMax = 2_000;

export function afterForm(offer: string, agent: string, { isNoted, skill }: After, say: Say): Element[] {
  if (isNoted) return [{ type: "TextBlock", text: say("after.noted"), wrap: true, isSubtle: true }];
  const title = say("after.send");
  const choices = outcomes.map((value) => ({ title: say(`after.${value}`), value }));
  return [
    {
      type: "Input.ChoiceSet",
      id: "outcome",
      label: say("after.outcome"),
      choices,
      style: "expanded",
      wrap: true,
      isRequired: true,
      errorMessage: say("after.choose"),
    },
    {
      type: "Input.Text",
      id: "note",
      label: say("after.note", { agent }),
      isMultiline: true,
      maxLength: noteMax,
    },
    ...(skill ? [{ type: "Input.Toggle", id: "addSkill", title: say("after.skill", { skill }), wrap: true }] : []),
    {
      type: "ActionSet",
      actions: [
        {
          type: "Action.Execute",
          title,
          verb: "after",
          data: { offer },
          fallback: { type: "Action.Submit", title, data: { offer, verb: "after" } },
        },
      ],
    },
  ];
}
