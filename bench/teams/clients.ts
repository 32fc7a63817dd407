/**
 * Program: Microsoft's side and the people in Teams, by the stand-in of adapters/teams: each activity signed as the Bot
 * Framework signs, each card checked and kept in a chat. Puts load on the bot and tells how long each answer took.
 */
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { createFakeMicrosoft, type FakeMicrosoft } from "../../adapters/teams/fake.ts";
import { externalId } from "../company.ts";
import { answerQuestions } from "../program.ts";
import { atRate } from "../rate.ts";

export type ClientQuestion =
  | { do: "open"; people: number }
  | { do: "bot"; endpoint: string }
  /** Resolves once each of them has a card with buttons. */
  | { do: "await-cards"; people: number[] }
  /** Each of these writes one command, each of those presses one button; in turn, at a rate. */
  | { do: "play"; writers: number[]; pressers: number[]; perSecond: number };

/** `unanswered`: of those who wrote, how many the bot has said nothing to. */
export type Played = { ms: number[]; faults: string[]; unanswered: number };

const commands = ["status", "skills", "my consults", "hjälp", "pausa 2 h", "reprendre"];
const waitMsMax = 120_000;

let microsoft: FakeMicrosoft;
let times: number[] = [];

/** From the first byte that leaves us to the last of the answer. */
const timed: typeof fetch = async (input, init) => {
  const startedAt = performance.now();
  const answer = await fetch(input, init);
  const text = await answer.text();
  times.push(performance.now() - startedAt);
  return new Response(text === "" ? null : text, { status: answer.status, headers: answer.headers });
};

async function open(people: number): Promise<{ settings: object; botOpenIdUrl: string }> {
  const users = Array.from({ length: people }, (_, number) => ({
    id: externalId(number),
    displayName: `Person ${number}`,
    userPrincipalName: `user${number}@example.com`,
  }));
  const server = serve({ fetch: (request) => microsoft.app.fetch(request), port: 0, hostname: "127.0.0.1" });
  await new Promise((done) => server.once("listening", done));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  microsoft = createFakeMicrosoft({ clock: { now: () => new Date() }, users, origin, fetch: timed });
  const botOpenIdUrl = `${microsoft.urls.botFramework}/v1/.well-known/openidconfiguration`;
  return { settings: microsoft.settings(), botOpenIdUrl };
}

type Press = { activity: string; offer: string };

/** The newest card of this person's chat that can be answered. */
function buttonOf(person: number): Press | undefined {
  const message = microsoft.chatOf(externalId(person)).findLast(({ card }) => card);
  const offer = /"offer":"(off_\w+)"/.exec(JSON.stringify(message?.card ?? {}))?.[1];
  return message && offer ? { activity: message.id, offer } : undefined;
}

async function until(isSo: () => boolean): Promise<boolean> {
  const end = Date.now() + waitMsMax;
  while (!isSo()) {
    if (Date.now() > end) return false;
    await new Promise((resume) => setTimeout(resume, 50));
  }
  return true;
}

const saidTo = (person: number) => microsoft.chatOf(externalId(person)).filter(({ from }) => from !== "person").length;

async function press(person: number, index: number, faults: string[]): Promise<void> {
  const button = buttonOf(person);
  if (!button) return void faults.push(`person ${person} has no button`);
  const data = { offer: button.offer, answer: index % 2 ? "later" : "no" };
  const { status, body } = await microsoft.clickAction(externalId(person), button.activity, { verb: "answer", data });
  const { statusCode, type } = (body ?? {}) as { statusCode?: number; type?: string };
  if (status !== 200 || statusCode !== 200 || type !== "application/vnd.microsoft.card.adaptive")
    faults.push(`a tap was answered ${status}/${statusCode} with ${type}`);
}

async function write(person: number, index: number, faults: string[]): Promise<void> {
  const { status } = await microsoft.say(externalId(person), commands[index % commands.length] ?? "help");
  if (status !== 202) faults.push(`a command was answered ${status}`);
}

async function play(writers: number[], pressers: number[], perSecond: number): Promise<Played> {
  times = [];
  const faults: string[] = [];
  const before = new Map(writers.map((person) => [person, saidTo(person)]));
  const acts = [
    ...writers.map((person, index) => ({ at: index / writers.length, run: () => write(person, index, faults) })),
    ...pressers.map((person, index) => ({ at: index / pressers.length, run: () => press(person, index, faults) })),
  ].sort((a, b) => a.at - b.at);
  await atRate(acts.length, perSecond, (index) => acts[index]?.run() ?? Promise.resolve());
  const silent = () => writers.filter((person) => saidTo(person) <= (before.get(person) ?? 0)).length;
  await until(() => silent() === 0);
  return { ms: times, faults: [...new Set(faults)], unanswered: silent() };
}

answerQuestions(async (question: ClientQuestion) => {
  if (question.do === "open") return open(question.people);
  if (question.do === "bot") return microsoft.setBotEndpoint(question.endpoint);
  if (question.do === "await-cards") return until(() => question.people.every((person) => buttonOf(person)));
  return play(question.writers, question.pressers, question.perSecond);
});
