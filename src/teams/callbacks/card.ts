/** The one card of a call-back for one colleague, whatever became of it. Pure: facts in, Adaptive Card 1.5 out. */
import type { Card } from "../../platform/contract.ts";
import { plain } from "../plain.ts";
import type { CallbackKey, SayCallback } from "./texts/index.ts";

/** What it is to the reader of the card. `again`: theirs once more, because nobody answered. */
export const standings = ["asked", "again", "mine", "taken", "moved", "passed", "reached", "over"] as const;
export type Standing = (typeof standings)[number];

export type CallbackFacts = {
  id: string;
  standing: Standing;
  /** Who has it, when it is not the reader. */
  colleague?: string;
  line?: string;
  byText: string;
  askedText: string;
  /** Gone once it is over. The number is masked before it is taken. */
  customer?: string;
  about?: string;
  phone?: string;
  /** Rings the customer on the reader's platform, once it is theirs. */
  callUrl?: string;
};

type Element = Record<string, unknown>;
const text = (content: string, more: Element = {}): Element => ({
  type: "TextBlock",
  text: content,
  wrap: true,
  ...more,
});

/** As the verb of a card: what the reader may do. */
export const acts = ["take", "pass", "reached", "not-reached", "cancelled"] as const;
export type Act = (typeof acts)[number];

function button(id: string, act: Act, say: SayCallback, more: Element = {}): Element {
  const data = { callback: id, act };
  const title = say(act);
  return {
    type: "Action.Execute",
    title,
    verb: "callback",
    data,
    ...more,
    fallback: { type: "Action.Submit", title, data: { ...data, verb: "callback" } },
  };
}

const aboutMax = 1_000;

const sentences: Partial<Record<Standing, CallbackKey>> = {
  again: "state.again",
  mine: "state.mine",
  taken: "state.taken",
  moved: "state.moved",
  passed: "state.passed",
  reached: "state.reached",
  over: "state.over",
};

export function callbackCard(facts: CallbackFacts, say: SayCallback): Card {
  const { id, standing, customer } = facts;
  const title = customer ? say("title", { customer: customer.slice(0, 60) }) : say("title.bare");
  const key = sentences[standing];
  const words = {
    customer: customer ?? say("customer"),
    colleague: facts.colleague ?? say("somebody"),
    time: facts.byText,
  };
  const sentence = key && say(key, words);
  const by = say("by", { line: facts.line ?? "", time: facts.byText }).replace(/^ · /, "");
  const isAsked = standing === "asked" || standing === "again";
  const isTheirs = isAsked || standing === "mine";
  const buttons = isAsked
    ? [button(id, "take", say, { style: "positive" }), button(id, "pass", say)]
    : standing === "mine"
      ? [
          button(id, "reached", say, { style: "positive" }),
          button(id, "not-reached", say),
          button(id, "cancelled", say),
          button(id, "pass", say),
        ]
      : [];
  const body: Element[] = [
    text(plain(title), { size: "Medium", weight: "Bolder", style: "heading" }),
    ...(sentence ? [text(plain(sentence), { weight: "Bolder" })] : []),
    ...(isTheirs
      ? [text(plain(`${by}. ${say("asked", { time: facts.askedText })}`), { isSubtle: true, spacing: "None" })]
      : []),
    ...(isTheirs && facts.about
      ? [{ type: "Container", style: "emphasis", items: [text(plain(facts.about.slice(0, aboutMax)))] }]
      : []),
    ...(isTheirs && facts.phone
      ? [{ type: "FactSet", facts: [{ title: say("number"), value: plain(facts.phone) }] }]
      : []),
    ...(isAsked ? [text(say("masked"), { size: "Small", isSubtle: true })] : []),
    ...(standing === "mine" ? [text(say("howItWent"), { spacing: "Small" })] : []),
    ...(buttons.length > 0 ? [{ type: "ActionSet", actions: buttons }] : []),
  ];
  const call =
    standing === "mine" && facts.callUrl
      ? [{ type: "Action.OpenUrl", title: say("call", { phone: facts.phone ?? "" }).slice(0, 40), url: facts.callUrl }]
      : [];
  const content = {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    type: "AdaptiveCard",
    version: "1.5",
    fallbackText: title,
    body,
    ...(call.length > 0 ? { actions: call } : {}),
    msteams: { width: "Full" },
  };
  const about = isAsked && facts.about ? ` ${facts.about}` : "";
  return { content, text: `${title}. ${sentence ?? `${by}.${about}`}`.slice(0, 300) };
}
