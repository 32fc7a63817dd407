/** Turns what is so into sentences in the agent's words. Pure: words, facts and the time come in. */
import type {
  ConsultView,
  ExpertView,
  InteractionView,
  OfferView,
  PartyView,
  PresenceView,
  Reason,
} from "../../views.ts";
import { firstName } from "../shared/format.ts";
import { type CustomerPlace, customerPlace, isComing, isPresent } from "../shared/picture.ts";
import type { EventGaps, Who, Words } from "../texts/en.ts";
import type { Speech } from "./speech.ts";

export const capital = (sentence: string): string => sentence.charAt(0).toLocaleUpperCase() + sentence.slice(1);
/** A code that we have no words for is undefined, also where the code is the name of something of JavaScript's. */
const worded = <Value>(words: Partial<Record<string, Value>>, code: string): Value | undefined =>
  Object.hasOwn(words, code) ? words[code] : undefined;

// ---------------------------------------------------------------- who

export function customerName(interaction: InteractionView | undefined, words: Words): string {
  const name = interaction?.customer.name;
  return name ? firstName(name) : words.common.customer;
}

/** The expert of a consult: whoever won, else the only one who is being asked. */
export function whoOf(consult: ConsultView, interaction: InteractionView | undefined, words: Words): Who {
  const [candidate, ...others] = consult.offers.filter(({ state }) => state !== "withdrawn" && state !== "taken");
  const name = consult.expert?.name ?? (others.length === 0 ? candidate?.name : undefined);
  return {
    expert: name ? firstName(name) : words.common.colleague,
    customer: customerName(interaction ?? consult.interaction, words),
  };
}

/** Parties as people know them: platforms often have only a number for the expert's leg. */
export function namedParties(parties: readonly PartyView[], consult: ConsultView | undefined): PartyView[] {
  const name = consult?.expert?.name;
  return parties.map((party) => (party.role === "expert" && !party.name && name ? { ...party, name } : party));
}

/** The first name, or our word for somebody whose name nobody knows. */
export const partyName = ({ name }: Pick<PartyView, "name">, words: Words): string =>
  name ? firstName(name) : words.common.colleague;

// ---------------------------------------------------------------- the consult

const callStates: readonly ConsultView["state"][] = ["ringing", "consulting", "conferencing", "transferring"];

/** Has it to do with the call at all? A question or a meeting leaves the customer where they are. */
export const isCall = ({ kind }: ConsultView): boolean => kind !== "question" && kind !== "meeting";

/** What is happening, in one or two sentences; the second says where the customer is. */
export function consultSentence(
  consult: ConsultView,
  interaction: InteractionView | undefined,
  speech: Speech,
  now: number,
) {
  const { words } = speech;
  const who = whoOf(consult, interaction, words);
  if (consult.state === "ended") return capital(resultSentence(consult, who, words));
  const place = interaction && customerPlace(interaction.parties);
  const about = lateSentence(consult, speech, now) ?? whatHappens(consult, interaction, who, speech, now);
  const customer = place && isCall(consult) ? customerSentence(consult, place, who, words) : undefined;
  return [about, customer]
    .filter((sentence) => sentence !== undefined)
    .map(capital)
    .join(" ");
}

function resultSentence(consult: ConsultView, who: Who, words: Words): string {
  const result = consult.result ?? "failed";
  const chat = isCall(consult) ? undefined : worded(words.resultChat, result);
  return (chat ?? words.result[result])(who);
}

function whatHappens(
  consult: ConsultView,
  interaction: InteractionView | undefined,
  who: Who,
  speech: Speech,
  now: number,
) {
  const { words } = speech;
  switch (consult.state) {
    case "requested":
      return words.consult.requested();
    case "offering":
      return asking(consult, speech);
    case "waiting":
      return waiting(consult, who, speech, now);
    case "ringing":
      return isDialled(interaction) ? words.consult.ringing(who) : words.consult.dialling(who);
    case "consulting":
      if (consult.kind === "question") return words.consult.answering(who);
      if (consult.kind === "meeting") return words.consult.meeting(who);
      return consult.talkingTo === "customer"
        ? words.consult.talkingToCustomer(who)
        : words.consult.talkingToExpert(who);
    case "conferencing":
      return expertIsComing(interaction) ? words.consult.ringing(who) : words.consult.together(who);
    case "transferring":
      return words.consult.transferring(who);
    case "ended":
      return undefined;
  }
}

/** Has the platform shown that the phone is being rung? Until then it is only asked to. Who is not watched is believed. */
const isDialled = (interaction: InteractionView | undefined): boolean =>
  interaction === undefined || interaction.parties.some((party) => party.role === "expert" && isPresent(party));

const expertIsComing = (interaction: InteractionView | undefined): boolean => {
  const experts = interaction?.parties.filter((party) => party.role === "expert" && isPresent(party)) ?? [];
  return experts.length > 0 && experts.every(isComing);
};

function asking(consult: ConsultView, { words, format }: Speech): string {
  const names = consult.offers.filter(({ state }) => state === "asked").map(({ name }) => firstName(name));
  return names.length > 0 ? words.consult.asking(format.list(names)) : words.consult.askingNext();
}

/** Whoever was asked a question has not written for longer than they should; undefined before that. */
export function lateSentence({ offers }: ConsultView, { words, format }: Speech, now: number): string | undefined {
  const late = offers.filter(({ lateAt }) => lateAt && Date.parse(lateAt) <= now);
  const [first] = late.toSorted((a, b) => (a.askedAt ?? "").localeCompare(b.askedAt ?? ""));
  if (!first?.askedAt) return undefined;
  if (first.state === "accepted" && first.answeredAt)
    return words.answer.lateYes(firstName(first.name), format.timeOfDay(first.answeredAt, now));
  const names = format.list(late.map(({ name }) => firstName(name)));
  return words.answer.late(names, format.timeOfDay(first.askedAt, now));
}

function waiting(consult: ConsultView, who: Who, { words, format }: Speech, now: number): string {
  const later = consult.offers.find(({ state, againAt }) => state === "later" && againAt);
  if (later?.againAt)
    return words.consult.later({ ...who, expert: firstName(later.name) }, format.when(later.againAt, now));
  const [only, ...others] = consult.offers.filter(({ state, againAt }) => state === "later" && !againAt);
  if (!only || others.length > 0) return words.consult.waiting();
  return words.consult.waitingFree({ ...who, expert: firstName(only.name) });
}

/** Where the customer is, unless the first sentence has said it already. */
function customerSentence(consult: ConsultView, place: CustomerPlace, who: Who, words: Words): string | undefined {
  const said: Partial<Record<ConsultView["state"], CustomerPlace>> = { conferencing: "with-both" };
  if (said[consult.state] === place) return undefined;
  if (consult.state === "consulting" && consult.talkingTo === "customer" && place === "with-agent") return undefined;
  switch (place) {
    case "held":
      return words.consult.customerMusic(who);
    case "with-agent":
      return words.consult.customerWithYou(who);
    case "with-expert":
      return words.consult.customerWithExpert(who);
    case "with-both":
      return words.consult.customerWithBoth(who);
    case "alone":
      return words.consult.customerAlone(who);
    case "left":
      return words.consult.customerLeft(who);
    case "ringing":
      return undefined;
  }
}

/** What was asked of the phone system and has not been answered; said only when it takes noticeably long. */
export function pendingSentence(consult: ConsultView, who: Who, words: Words): string | undefined {
  if (!consult.pending) return undefined;
  const what = words.pending.operation[consult.pending.operation](who);
  return words.pending[consult.pending.state](what);
}

/** What is recorded now, and what becomes of that after a hand-over. */
export function recordingSentence(
  { recording, recordingAfterTransfer }: Pick<InteractionView, "recording" | "recordingAfterTransfer">,
  words: Words,
): string {
  const now = words.recordingNext[recording];
  return recording === "on" ? `${now} ${words.recordingAfter[recordingAfterTransfer ?? "unknown"]}` : now;
}

export function troubleOfConsult(consult: ConsultView, who: Who, words: Words): string | undefined {
  if (!consult.trouble) return undefined;
  return capital((worded(words.trouble, consult.trouble) ?? words.troubleOther)(who));
}

/** What the way back does on its way, depending on how far things have come. */
export function backHint(consult: ConsultView, who: Who, words: Words): string {
  if (!isCall(consult)) return words.consult.backHint.question();
  if (consult.state === "ringing") return words.consult.backHint.ringing(who);
  return callStates.includes(consult.state)
    ? words.consult.backHint.talking(who)
    : words.consult.backHint["not-called"]();
}

export const cannotReason = (code: string | undefined, words: Words): string =>
  (code && worded(words.cannot, code)) ?? words.cannotOther;

export function offerSentence(offer: OfferView, { words, format }: Speech, now: number): string {
  if (offer.state === "later" && !offer.againAt) return words.offerAwaited;
  const why = offer.reason ? (worded(words.offerReason, offer.reason) ?? "") : "";
  const detail = {
    asked: offer.askedAt ? format.ago(offer.askedAt, now) : "",
    later: offer.againAt ? format.when(offer.againAt, now) : "",
    declined: why,
    undeliverable: why,
  } as Partial<Record<OfferView["state"], string>>;
  if (offer.state === "undeliverable" && offer.answeredAt) return words.offerNotRung(why);
  return words.offer[offer.state](detail[offer.state] ?? "");
}

type Entry = ConsultView["timeline"][number];

/** One line of the timeline; undefined for what tells the agent nothing. */
export function eventSentence(entry: Entry, consult: ConsultView, who: Who, words: Words): string | undefined {
  if (entry.what === "offer-planned" || entry.what === "offering") return undefined;
  const say = worded<(gaps: EventGaps) => string>(words.event, entry.what) ?? words.eventOther;
  const { name } = entry.data;
  const about = typeof name === "string" && name ? firstName(name) : capital(who.expert);
  return capital(say({ name: about, detail: detailOf(entry.data, consult, who, words) }));
}

function detailOf({ move, reason, result, trouble }: Entry["data"], consult: ConsultView, who: Who, words: Words) {
  const phrase = (table: Partial<Record<string, (who: Who) => string>>, code: unknown) =>
    typeof code === "string" ? worded(table, code)?.(who) : undefined;
  const why = typeof reason === "string" ? worded(words.offerReason, reason) : undefined;
  const outcome = result === undefined ? undefined : phrase(isCall(consult) ? words.result : words.resultChat, result);
  const problem = trouble === undefined ? undefined : (phrase(words.trouble, trouble) ?? words.troubleOther());
  return why ?? outcome ?? problem ?? phrase(words.move, move) ?? "";
}

/** So long after it has come, an answer that nobody has made use of is told once more, and again. */
const toldAgainMs = 120_000;

/** What waits to be read, for whoever does not see it; another sentence each time that it is to be told again. */
export function waitingSentence(
  waiting: readonly { consult: ConsultView; interaction: InteractionView }[],
  { words }: Speech,
  now: number,
): string {
  const [oldest] = waiting;
  if (!oldest) return "";
  const { consult, interaction } = oldest;
  const reply = consult.replies.at(-1);
  const who = { expert: firstName(reply?.by ?? ""), customer: customerName(interaction, words) };
  const times = Math.floor((now - Date.parse(reply?.at ?? consult.changedAt)) / toldAgainMs);
  const about = words.answer.about(who);
  return times < 1 ? about : `${about} ${words.answer.still(times * (toldAgainMs / 60_000))}`;
}

// ---------------------------------------------------------------- people

/** "Teams" is what people say. */
export const shortPlatform = (platform: string): string => platform.replace(/^Microsoft /, "");

export function reasonSentence(reason: Reason, { words, format }: Speech, now: number): string {
  const say = worded(words.reason, reason.code);
  if (!say) return words.availability.unknown;
  return say({
    platform: reason.platform && shortPlatform(reason.platform),
    until: reason.until && format.timeOfDay(reason.until, now),
  });
}

/** Why a rung of the ladder is passed over. */
export const skipSentence = (
  { reason, platform }: ExpertView["reachability"]["skipped"][number],
  words: Words,
): string => worded(words.reason, reason)?.({ platform: shortPlatform(platform) }) ?? words.cannotOther;

export type PresenceLine = {
  status: string;
  platform: string | undefined;
  observedAt: string | undefined;
  stale: boolean;
};

/** "Available · Teams · 3 s", or the reason why not. */
export function presenceLine(
  { reachability }: Pick<ExpertView, "reachability">,
  speech: Speech,
  now: number,
): PresenceLine {
  const { words } = speech;
  const reason = reachability.reasons.find(({ code }) => code !== "available");
  const source = decisive(reachability.presences, reachability);
  const plain = words.activity[reachability.activity] || words.availability[reachability.availability];
  const status = reason ? reasonSentence(reason, speech, now) : plain;
  const platform = shortPlatform(reason?.platform ?? source?.platform ?? "");
  return {
    status,
    // Some reasons name it already.
    platform: !platform || status.includes(platform) ? undefined : platform,
    observedAt: source?.observedAt ?? reachability.observedAt,
    stale: source?.stale ?? false,
  };
}

/** The account that shows what it all adds up to; else the one heard from last. */
const decisive = (presences: PresenceView[], sum: ExpertView["reachability"]): PresenceView | undefined =>
  presences.find((each) => each.availability === sum.availability && each.activity === sum.activity) ??
  presences.toSorted((a, b) => b.observedAt.localeCompare(a.observedAt))[0];
