/**
 * The message extension: look up a consult of one's own and put it into a message, or send an answer back to the agent
 * from any message. Source of the shapes: msteams-docs, messaging extensions: search, action commands, respond to submit.
 */
import { z } from "zod";
import { replyMax, replyToQuestion } from "../consults/reply.ts";
import type { OfferId } from "../ids.ts";
import type { Service } from "../platform/service.ts";
import type { Told } from "./bot.ts";
import { type FoundConsult, findOwnConsults } from "./extension-search.ts";
import { clockTime } from "./facts.ts";
import { plain } from "./plain.ts";
import { isRefusal, noteRefusal, sentenceFor } from "./refusal.ts";
import { type Say, sayIn } from "./texts/index.ts";

const resultsMax = 15;
const openMax = 10;
const wordsMax = 200;
const cardType = "application/vnd.microsoft.card.adaptive";

const querySchema = z.object({
  parameters: z.array(z.object({ name: z.string(), value: z.string().default("") })).default([]),
});
const messageSchema = z.object({
  messagePayload: z.object({ body: z.object({ content: z.string() }).optional() }).optional(),
});
const submitSchema = z.object({
  data: z.object({ offer: z.string(), text: z.string().default(""), keep: z.string().optional() }),
});

export const isExtension = (name: string | undefined): boolean => name?.startsWith("composeExtension/") ?? false;

/** The body of the answer to a `composeExtension/…` invoke. What cannot be done is said in a sentence, not as a fault. */
export async function answerExtension(service: Service, name: string, value: unknown, told: Told, locale?: string) {
  const say = sayIn(told.expert?.locale ?? locale);
  if (!told.expert) return message(say("bot.not-expert"), name);
  if (name === "composeExtension/query") return search(value, told, say);
  if (name === "composeExtension/fetchTask") return form(value, told, say);
  if (name === "composeExtension/submitAction") return submit(service, value, told, say);
  return message(say("bot.help"), name);
}

const message = (text: string, name: string) =>
  name === "composeExtension/query"
    ? { composeExtension: { type: "message", text } }
    : { task: { type: "message", value: text } };

// ---------------------------------------------------------------- search

async function search(value: unknown, { expert, tx }: Told, say: Say) {
  const { parameters } = querySchema.catch({ parameters: [] }).parse(value);
  // The first run, before anybody has typed, comes as a parameter of its own.
  const words = parameters.find(({ name }) => name !== "initialRun")?.value.slice(0, wordsMax) ?? "";
  const found = expert ? await tx((ctx) => findOwnConsults(ctx, expert.personId, words, resultsMax)) : [];
  if (found.length === 0) return { composeExtension: { type: "message", text: say("extension.none") } };
  const attachments = found.map((one) => resultOf(one, say, expert?.locale, expert?.timeZone));
  return { composeExtension: { type: "result", attachmentLayout: "list", attachments } };
}

const titleOf = ({ agent, topic }: FoundConsult, say: Say) =>
  topic ? say("offer.title", { agent, topic }) : say("offer.title.bare", { agent });

/** What goes into the chat names no customer: others read it. The list is for the expert's own eyes. */
function resultOf(one: FoundConsult, say: Say, locale?: string | null, timeZone?: string | null) {
  const day = one.askedAt.toLocaleDateString(locale ?? "en", { timeZone: timeZone ?? "UTC" });
  const when = `${day} ${clockTime(one.askedAt, locale, timeZone)}`;
  const state = say(one.state === "ended" ? "extension.over" : "extension.open");
  const text = (content: string, more = {}) => ({ type: "TextBlock", text: content, wrap: true, ...more });
  return {
    contentType: cardType,
    content: {
      $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
      type: "AdaptiveCard",
      version: "1.5",
      fallbackText: titleOf(one, say),
      body: [
        text(plain(titleOf(one, say)), { weight: "Bolder", style: "heading" }),
        text(`${state} · ${when}`, { isSubtle: true, spacing: "None" }),
        text(one.consultId, { isSubtle: true, size: "Small", fontType: "Monospace" }),
      ],
    },
    preview: {
      contentType: "application/vnd.microsoft.card.thumbnail",
      content: { title: titleOf(one, say), text: [one.customer, state, when].filter(Boolean).join(" · ") },
    },
  };
}

// ---------------------------------------------------------------- share an answer

const entities: Record<string, string> = { "&nbsp;": " ", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'" };

/** A message as Teams hands it on is HTML; the agent gets its words. */
export const wordsOf = (html: string): string =>
  html
    .slice(0, replyMax * 4)
    .replace(/<(?:br|\/p|\/div|\/li)\b[^>]*>/gi, "\n")
    .replace(/<[^>]*>/g, "")
    .replace(/&(?:nbsp|lt|gt|quot|#39);/g, (entity) => entities[entity] ?? "")
    .replaceAll("&amp;", "&")
    .replace(/\n{3,}/g, "\n\n")
    .trim()
    .slice(0, replyMax);

async function form(value: unknown, { expert, tx }: Told, say: Say) {
  const all = expert ? await tx((ctx) => findOwnConsults(ctx, expert.personId, "", 50)) : [];
  const open = all.filter(({ kind, state }) => kind === "question" && state !== "ended").slice(0, openMax);
  if (open.length === 0) return { task: { type: "message", value: say("extension.no-question") } };
  const payload = messageSchema.safeParse(value).data?.messagePayload?.body?.content ?? "";
  const choices = open.map((one) => ({ title: titleOf(one, say).slice(0, 120), value: one.offerId }));
  const content = {
    type: "AdaptiveCard",
    version: "1.5",
    body: [
      {
        type: "Input.ChoiceSet",
        id: "offer",
        label: say("extension.which"),
        choices,
        value: choices[0]?.value,
        isRequired: true,
        errorMessage: say("extension.which"),
      },
      {
        type: "Input.Text",
        id: "text",
        label: say("reply.label"),
        isMultiline: true,
        maxLength: replyMax,
        value: wordsOf(payload),
        isRequired: true,
        errorMessage: say("reply.label"),
      },
      { type: "Input.Toggle", id: "keep", title: say("reply.keep"), wrap: true },
    ],
    actions: [{ type: "Action.Submit", title: say("answer.reply") }],
  };
  const card = { contentType: cardType, content };
  return { task: { type: "continue", value: { title: say("answer.reply"), width: "medium", height: "medium", card } } };
}

async function submit(service: Service, value: unknown, { tx }: Told, say: Say) {
  const parsed = submitSchema.safeParse(value);
  if (!parsed.success) return { task: { type: "message", value: say("extension.which") } };
  const { offer, text, keep } = parsed.data.data;
  try {
    await tx((ctx) => replyToQuestion(ctx, service, offer as OfferId, text, keep === "true"));
    return { task: { type: "message", value: say("extension.sent") } };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    await tx((ctx) => noteRefusal(ctx, { offer }, error));
    return { task: { type: "message", value: say(sentenceFor(error, true), { most: replyMax }) } };
  }
}
