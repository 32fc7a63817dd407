/** Program: open desks with a feed each, and the contact center whose pushes they wait for; counts what arrives and how late. */
import { Agent, get } from "node:http";
import { type Company, externalId, personId } from "../company.ts";
import { postSigned } from "../consults/wire.ts";
import { percentile } from "../measure.ts";
import { WebSocket } from "../presence/web-socket.ts";
import { answerQuestions } from "../program.ts";
import { atRate } from "../rate.ts";

export type DesksQuestion = {
  kind: "ours" | "ws";
  company: Company;
  port: number;
  /** One a desk; the desk of number n is agent n's. */
  tokens: readonly string[];
  /** How many colleagues each has on the screen. */
  shown: number;
  /** Of these half are about the call of one desk, half about a colleague whom `shown` desks show. */
  perSecond: number;
  seconds: number;
  /** Goes on from here. */
  first: number;
};
/** Milliseconds from the change on. `missing`: what a desk should show in the end and does not. */
export type DesksSeen = { deliveries: number; p50: number; p99: number; missing: number; next: number };

const lastWaitMsMax = 20_000;
const stampOf = (number: number) => `late-fee-${number}`;
const callOf = (desk: number) => `call-${desk}`;

type Screen = { call: number; people: Map<string, number> };
type Shown = { personId?: string; native?: string; ref?: string; intent?: string; observedAt?: string } & {
  reachability?: { presences: { native?: string; observedAt?: string }[] };
};

const numberIn = (text = "") => Number(text.slice(text.lastIndexOf("-") + 1));

answerQuestions(async (question: DesksQuestion): Promise<DesksSeen> => {
  const { tokens, shown, perSecond, seconds, first } = question;
  const screens: Screen[] = tokens.map(() => ({ call: -1, people: new Map() }));
  const latencies: number[] = [];
  const take = (desk: number, text: string) => {
    const view = JSON.parse(text) as Shown;
    const screen = screens[desk];
    const seen = view.native ? view : view.reachability?.presences[0];
    const number = numberIn(view.ref ? view.intent : seen?.native);
    const known = view.ref ? screen?.call : screen?.people.get(view.personId ?? "");
    if (!screen || !(number >= first) || number === known) return; // what comes again is no news
    latencies.push(Date.now() - Date.parse((view.ref ? view.observedAt : seen?.observedAt) ?? ""));
    if (view.ref) screen.call = number;
    else if (view.personId) screen.people.set(view.personId, number);
  };
  const peopleOf = (desk: number) =>
    Array.from({ length: shown }, (_, index) => (desk * shown + index) % tokens.length);
  const hangUps = await Promise.all(tokens.map((_, desk) => openFeed(question, desk, peopleOf(desk), take)));
  const last = { calls: new Map<number, number>(), people: new Map<number, number>() };
  const count = perSecond * seconds;
  await atRate(count, perSecond, async (index) => {
    const number = first + index;
    const about = Math.floor(index / 2) % tokens.length;
    const isCall = index % 2 === 0;
    (isCall ? last.calls : last.people).set(about, number);
    await tell(question, isCall ? callEvent(about, number) : stateEvent(about, number), number);
  });
  const missing = () =>
    screens.reduce((sum, screen, desk) => {
      const late = peopleOf(desk).filter((one) => {
        const wanted = last.people.get(one);
        return wanted !== undefined && screen.people.get(personId(one)) !== wanted;
      });
      const wanted = last.calls.get(desk);
      return sum + late.length + (wanted === undefined || screen.call === wanted ? 0 : 1);
    }, 0);
  for (const endAt = performance.now() + lastWaitMsMax; missing() > 0 && performance.now() < endAt; )
    await new Promise((done) => setTimeout(done, 20));
  const left = missing();
  for (const hangUp of hangUps) hangUp();
  return {
    deliveries: latencies.length,
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    missing: left,
    next: first + count,
  };
});

type Take = (desk: number, text: string) => void;

function openFeed(question: DesksQuestion, desk: number, people: number[], take: Take): Promise<() => void> {
  const { kind, port, tokens } = question;
  const query = `people=${people.map(personId).join()}`;
  return new Promise((done, fail) => {
    if (kind === "ws") {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/?desk=${desk}&${query}`);
      socket.on("message", (data) => take(desk, data.toString()));
      socket.on("open", () => done(() => socket.terminate()));
      return;
    }
    const headers = { authorization: `Bearer ${tokens[desk]}` };
    const asked = get({ host: "127.0.0.1", port, path: `/v1/live?${query}`, headers, agent: new Agent() }, (answer) => {
      if (answer.statusCode !== 200) return fail(new Error(`a feed was answered ${answer.statusCode}`));
      let rest = "";
      answer.setEncoding("utf8").on("data", (text: string) => {
        const events = (rest + text).split("\n\n");
        rest = events.pop() ?? "";
        for (const event of events) {
          if (/^event: (presence|interaction)\n/.test(event)) take(desk, event.slice(event.indexOf("data: ") + 6));
          else if (event.includes("event: hello")) done(() => asked.destroy());
        }
      });
      answer.on("error", () => {}); // hung up
    });
    asked.once("error", fail);
  });
}

const stateEvent = (agent: number, number: number) => ({
  type: "agent.state.changed",
  agent: externalId(agent),
  state: { status: `Status-${number}`, means: "busy", routable: false, sequence: number },
});

export const callEvent = (desk: number, number: number) => ({
  type: "interaction.changed",
  interaction: callOf(desk),
  snapshot: {
    ref: callOf(desk),
    channel: "voice",
    state: "live",
    parties: [
      { ref: `${callOf(desk)}-c`, role: "customer", state: "connected", name: "Cleo Martin" },
      { ref: `${callOf(desk)}-a`, role: "agent", state: "connected", account: externalId(desk) },
    ],
    recording: "on",
    attributes: { intent: stampOf(number), language: "sv" },
    startedAt: new Date().toISOString(),
    observedAt: new Date().toISOString(),
    sequence: number,
  },
});

async function tell({ company, port }: DesksQuestion, event: object, number: number): Promise<void> {
  const id = `push-${number}`;
  const told = { eventId: id, occurredAt: new Date().toISOString(), ...event };
  const path = `/hooks/${company.connectionIds.center}`;
  const { status } = await postSigned(port, path, company.secret, id, told);
  if (status !== 200) throw new Error(`a push was answered ${status}`);
}
