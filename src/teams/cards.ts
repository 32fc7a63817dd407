/**
 * The one card of an offer, whatever became of it. Pure: facts in, Adaptive Card 1.5 out. Buttons are Universal Actions
 * with a fallback for old clients; each carries the offer, and the server decides what a late press means.
 */
import type { Kind, OfferState, Result, State, TalkingTo } from "../consults/model.ts";
import type { Card, Channel } from "../platform/contract.ts";
import type { ContextView } from "../views.ts";
import { type After, afterForm } from "./after-form.ts";
import { fitCard } from "./fit.ts";
import { plain } from "./plain.ts";
import type { Say, TextKey } from "./texts/index.ts";

export type OfferFacts = {
  offerId: string;
  offer: OfferState;
  consult: State;
  result?: Result;
  kind: Kind;
  talkingTo: TalkingTo;
  isWinner: boolean;
  agent: string;
  /** Who took it instead. */
  taker?: string;
  customer?: string;
  tier?: string;
  language?: string;
  channel: Channel;
  topic?: string;
  waitingMinutes: number;
  againAtText?: string;
  /** They were not free at first, and are waited for since then. */
  waitedSinceText?: string;
  /** What of the month's agreed number is used, when little is left of it. */
  quota?: { used: number; perMonth: number };
  /** Where the platform leads from here: to the agent, to the person's own page. */
  links?: { call?: string; chat?: string; page?: string };
  /** It is over and they have helped: what is still to be said about it. */
  after?: After;
  /** Where the meeting is joined, once it is open. */
  joinUrl?: string;
  context: ContextView;
};

type Element = Record<string, unknown>;
const text = (content: string, more: Element = {}): Element => ({
  type: "TextBlock",
  text: content,
  wrap: true,
  ...more,
});

/** A question is answered on the card itself, by whoever may still say yes and by who has. */
const canReply = (facts: OfferFacts) =>
  facts.kind === "question" &&
  facts.consult !== "ended" &&
  (facts.isWinner || ["asked", "silent"].includes(facts.offer));

const isOpen = (facts: OfferFacts) => facts.consult !== "ended" && ["planned", "asked", "silent"].includes(facts.offer);

/**
 * Rung at once, without being asked first: what happens on the phone is said, and the card can still be answered. A yes
 * proves that a person is there, where the platform cannot tell, and shows what is hidden.
 */
const onTheLine: readonly State[] = ["ringing", "consulting", "conferencing", "transferring"];
const isRungUnasked = (facts: OfferFacts) =>
  facts.isWinner && facts.offer === "asked" && onTheLine.includes(facts.consult);

/** What the card says now, as a key of the texts; undefined while it still asks. */
export function stateOf(facts: OfferFacts): TextKey | undefined {
  if (isRungUnasked(facts)) return winnerState(facts);
  if (isOpen(facts) && facts.offer !== "silent") return undefined;
  if (facts.isWinner) return winnerState(facts);
  if (facts.offer === "taken") return facts.taker ? "state.taken" : "state.over";
  if (facts.offer === "later" && facts.consult !== "ended") return "state.later";
  if (facts.offer === "chat" || facts.offer === "declined") return `state.${facts.offer}`;
  if (facts.result === "customer-left") return "state.customer-left";
  if (facts.consult === "ended" && facts.taker) return "state.taken";
  if (facts.offer === "silent" && facts.consult !== "ended") return "state.silent";
  return facts.offer === "withdrawn" || facts.result === "cancelled" ? "state.withdrawn" : "state.over";
}

function winnerState(facts: OfferFacts): TextKey {
  if (facts.consult !== "ended") {
    if (facts.kind === "question") return "state.chat";
    if (facts.kind === "meeting") return facts.joinUrl ? "state.meeting" : "state.meeting.opening";
    if (facts.consult === "consulting")
      return facts.talkingTo === "expert" ? "state.consulting" : "state.consulting.customer";
    if (facts.consult === "ringing" || facts.consult === "conferencing" || facts.consult === "transferring")
      return `state.${facts.consult}`;
    return "state.accepted";
  }
  if (
    facts.result === "answered" ||
    facts.result === "transferred" ||
    facts.result === "returned" ||
    facts.result === "customer-left" ||
    facts.result === "failed"
  )
    return `state.${facts.result}`;
  return facts.result === "cancelled" ? "state.withdrawn" : "state.over";
}

function heading(facts: OfferFacts, say: Say): string {
  return facts.topic
    ? say("offer.title", { agent: facts.agent, topic: facts.topic })
    : say("offer.title.bare", { agent: facts.agent });
}

/** "Spanish" for `es`; what is no language tag stays as the contact center wrote it. */
function languageName(tag: string, locale: string): string {
  try {
    return new Intl.DisplayNames(locale, { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/** Keys that most contact centers have are named in the reader's language; others stay as they are. */
const fieldNames: Readonly<Record<string, TextKey>> = {
  customer: "field.customer",
  queue: "field.queue",
  phone: "field.phone",
  email: "field.email",
  account: "field.account",
  order: "field.order",
  tried: "field.tried",
  summary: "field.summary",
};
const labelOf = ({ key, label }: { key: string; label: string }, say: Say) => {
  const known = Object.hasOwn(fieldNames, key) ? fieldNames[key] : undefined;
  return known ? say(known) : plain(label);
};

function situation(facts: OfferFacts, say: Say): string {
  return say("offer.line", {
    tier: facts.tier ? `${facts.tier} · ` : "",
    channel: say(`channel.${facts.channel}`),
    minutes: facts.waitingMinutes,
    language: facts.language ? languageName(facts.language, say("locale")) : "",
  }).replace(/ · $/, "");
}

function execute(say: Say, offerId: string, answer: "now" | "later" | "chat" | "no", more: Element = {}): Element {
  const data = { offer: offerId, answer };
  return {
    type: "Action.Execute",
    title: say(`answer.${answer}`),
    verb: "answer",
    data,
    ...more,
    fallback: { type: "Action.Submit", title: say(`answer.${answer}`), data: { ...data, verb: "answer" } },
  };
}

function replyForm(facts: OfferFacts, say: Say): Element[] {
  const data = { offer: facts.offerId };
  const title = say("answer.reply");
  return [
    { type: "Input.Text", id: "text", label: say("reply.label"), isMultiline: true, maxLength: 4_000 },
    { type: "Input.Toggle", id: "keep", title: say("reply.keep"), wrap: true },
    {
      type: "ActionSet",
      actions: [
        {
          type: "Action.Execute",
          title,
          verb: "reply",
          data,
          style: "positive",
          fallback: { type: "Action.Submit", title, data: { ...data, verb: "reply" } },
        },
      ],
    },
  ];
}

function buttons(facts: OfferFacts, say: Say): Element[] {
  const asking = facts.offer !== "silent";
  const reasons = (["busy", "not-my-topic", "away"] as const).map((value) => ({
    title: say(`reason.${value}`),
    value,
  }));
  const now = execute(say, facts.offerId, "now", { style: "positive" });
  if (!asking) return facts.kind === "question" ? [] : [now];
  const refuse = {
    type: "Action.ShowCard",
    title: say("answer.no"),
    card: {
      type: "AdaptiveCard",
      body: [{ type: "Input.ChoiceSet", id: "reason", label: say("reason.title"), choices: reasons, style: "compact" }],
      actions: [execute(say, facts.offerId, "no")],
    },
  };
  const later = execute(say, facts.offerId, "later");
  if (isRungUnasked(facts) && facts.consult !== "ringing") return [now];
  if (facts.kind === "question") return [later, refuse];
  return facts.kind === "meeting" ? [now, later, refuse] : [now, later, execute(say, facts.offerId, "chat"), refuse];
}

/** Told already by the title and the line below it. */
const toldElsewhere = new Set(["tier", "language", "intent", "skill", "question"]);

/** On a phone, during a call: the beginning of a long value. The whole stands on the person's own page. */
const valueMax = 240;
const begun = (value: string) => (value.length > valueMax ? `${value.slice(0, valueMax - 1).trimEnd()}…` : value);

/** Two or three facts while it asks, those that can be read first; all of them for who takes it. */
function factsWorthShowing(facts: OfferFacts) {
  const worth = facts.context.fields.filter(({ key, value }) => value !== "" && !toldElsewhere.has(key));
  if (facts.isWinner) return worth.slice(0, 12);
  return worth.sort((a, b) => Number(a.masked) - Number(b.masked)).slice(0, 3);
}

const isGoodNews = ({ isWinner, result }: OfferFacts) => isWinner && result !== "failed" && result !== "cancelled";

const actionSet = (actions: Element[]): Element[] => (actions.length > 0 ? [{ type: "ActionSet", actions }] : []);

/** Teams shows six actions of a card at most. Source: msteams-docs, cards-reference. */
const linksMax = 6;

const afterOf = ({ isNoted, skill }: After): After => ({ isNoted, ...(skill ? { skill: plain(skill) } : {}) });

/** Where the card leads: while it lasts to the meeting, the agent, their page and the links given; by chat to the agent. */
function linksOf(facts: OfferFacts, say: Say): { title: string; url: string }[] {
  const { call, chat, page } = facts.links ?? {};
  const to = (key: TextKey, url: string | undefined) => (url ? [{ title: say(key, { agent: facts.agent }), url }] : []);
  if (facts.consult === "ended") return [];
  if (facts.offer === "chat" && !facts.isWinner) return to("link.chat", chat);
  if (!facts.isWinner) return [];
  const isQuestion = facts.kind === "question";
  return [
    ...(facts.joinUrl ? [{ title: say("meeting.join"), url: facts.joinUrl }] : []),
    ...to("link.page", page),
    ...(isQuestion ? to("link.chat", chat) : to("link.call", call)),
    ...facts.context.links,
  ];
}

export const offerCard = (facts: OfferFacts, say: Say): Card => fitCard(facts, (short) => buildCard(short, say));

function buildCard(facts: OfferFacts, say: Say): Card {
  const state = stateOf(facts);
  const open = isOpen(facts);
  const title = heading(facts, say);
  const words = {
    agent: facts.agent,
    customer: facts.customer ?? say("customer"),
    expert: facts.taker ?? say("somebody"),
    time: facts.againAtText ?? "",
  };
  const sentence = state && say(state, words);
  const shown = factsWorthShowing(facts);
  const hasMasked = facts.context.fields.some((field) => field.masked);
  const body: Element[] = [
    text(plain(title), { size: "Medium", weight: "Bolder", style: "heading" }),
    ...(sentence
      ? [
          text(plain(sentence), {
            weight: "Bolder",
            color: isGoodNews(facts) ? "Good" : "Default",
          }),
        ]
      : []),
    text(plain(situation(facts, say)), { isSubtle: true, spacing: "None" }),
    ...(open && facts.waitedSinceText
      ? [text(plain(say("offer.waited", { agent: facts.agent, time: facts.waitedSinceText })), { spacing: "Small" })]
      : []),
    ...(facts.context.question
      ? [{ type: "Container", style: "emphasis", items: [text(plain(facts.context.question))] }]
      : []),
    ...(facts.context.isLate && (open || facts.isWinner)
      ? [text(say("offer.late"), { isSubtle: true, spacing: "Small" })]
      : []),
    ...(shown.length > 0 && (open || facts.isWinner)
      ? [
          {
            type: "FactSet",
            facts: shown.map((field) => ({ title: labelOf(field, say), value: plain(begun(field.value)) })),
          },
        ]
      : []),
    ...(open && hasMasked ? [text(say("offer.masked"), { size: "Small", isSubtle: true })] : []),
    ...(open && !state && facts.kind !== "question" && facts.kind !== "meeting"
      ? [text(say("offer.rings"), { size: "Small", isSubtle: true, spacing: "None" })]
      : []),
    ...(open && facts.quota
      ? [
          text(say("offer.quota", { next: facts.quota.used + 1, perMonth: facts.quota.perMonth }), {
            size: "Small",
            isSubtle: true,
            spacing: "None",
          }),
        ]
      : []),
    ...(facts.after ? afterForm(facts.offerId, plain(facts.agent), afterOf(facts.after), say) : []),
    ...(canReply(facts) ? replyForm(facts, say) : []),
    ...actionSet(open ? buttons(facts, say) : []),
  ];
  const links = linksOf(facts, say).map(({ title, url }) => ({
    type: "Action.OpenUrl",
    title: title.slice(0, 40),
    url,
  }));
  const content = {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    type: "AdaptiveCard",
    version: "1.5",
    fallbackText: title,
    body,
    ...(links.length > 0 ? { actions: links.slice(0, linksMax) } : {}),
    msteams: { width: "Full" },
  };
  return { content, text: `${title}. ${sentence ?? facts.context.question}`.slice(0, 300) };
}
