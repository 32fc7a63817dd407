/** Program: a contact center's morning, told as it happens, and a few screens that look on. */
import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { type Company, personId } from "../company.ts";
import { percentile } from "../measure.ts";
import { answerQuestions } from "../program.ts";
import { type Arrivals, arrivalsOf, eventsOf } from "./arrivals.ts";
import { signDelivery } from "./pushes.ts";
import { openScreen } from "./screen.ts";

export type StormQuestion = { company: Company; port: number; arrivals: Arrivals; screens: number };
/**
 * Milliseconds from when something happened until it was kept (`ackedP99`) and until a screen showed it (`shownP99`;
 * without screens not a number). `steadyMs`: from the last change until all were kept. `shed`: deliveries that were
 * refused and came again.
 */
export type Stormed = { ackedP99: number; shownP99: number; steadyMs: number; shed: number };

/** What happens within this time goes together, as far as it fits. */
const tickMs = 100;
const perDelivery = 90;
const againMs = 1_000;
const subjects = 20;

type View = { personId: string; reachability: { presences: { observedAt?: string }[] } };

async function post(url: string, agent: Agent, secret: string, events: { eventId: string }[]): Promise<number> {
  const { body, headers } = await signDelivery(secret, events, new Date());
  return new Promise((done) => {
    const asked = request(url, { method: "POST", agent, headers }, (answer) => {
      answer.resume().once("close", () => done(answer.statusCode ?? 0));
    });
    asked.once("error", () => done(0));
    asked.end(body);
  });
}

async function storm({ company, port, arrivals, screens }: StormQuestion): Promise<Stormed> {
  const all = arrivalsOf(arrivals);
  const url = `http://127.0.0.1:${port}/hooks/${company.connectionId}`;
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const acked: number[] = [];
  const shown: number[] = [];
  let shed = 0;
  const onScreen = new Map<string, number>();
  const see = (text: string) => {
    const { personId, reachability } = JSON.parse(text) as View;
    const at = Date.parse(reachability.presences[0]?.observedAt ?? "");
    // The feed repeats what stays as it is, so that its age stays true; that is no news, nor is what was before.
    if (!(at >= startedAt && at > (onScreen.get(personId) ?? 0))) return;
    onScreen.set(personId, at);
    shown.push(Date.now() - at);
  };
  let startedAt = Number.POSITIVE_INFINITY;
  const hangUps: (() => void)[] = [];
  for (let screen = 0; screen < screens; screen++) {
    const people = Array.from({ length: subjects }, (_, index) => personId(screen * subjects + index));
    hangUps.push(await openScreen({ port, company, people }, see));
  }
  startedAt = Date.now();
  const deliver = async (part: typeof all) => {
    const events = part.flatMap(({ number, dueMs }) => eventsOf(number, new Date(startedAt + dueMs)));
    while ((await post(url, agent, company.secret, events)) !== 200) {
      shed++;
      await sleep(againMs);
    }
    const now = Date.now();
    for (const { dueMs } of part) acked.push(now - startedAt - dueMs);
  };
  const delivering: Promise<void>[] = [];
  for (let next = 0; next < all.length; await sleep(tickMs)) {
    const until = Date.now() - startedAt;
    while ((all[next]?.dueMs ?? Number.POSITIVE_INFINITY) <= until) {
      let end = next;
      while (end < all.length && end - next < perDelivery && (all[end]?.dueMs ?? 0) <= until) end++;
      delivering.push(deliver(all.slice(next, end)));
      next = end;
    }
  }
  await Promise.all(delivering);
  const steadyMs = Date.now() - startedAt - (all.at(-1)?.dueMs ?? 0);
  if (screens > 0) await sleep(2_000); // the last changes are on their way
  for (const hangUp of hangUps) hangUp();
  agent.destroy();
  return { ackedP99: percentile(acked, 0.99), shownP99: percentile(shown, 0.99), steadyMs, shed };
}

answerQuestions(storm);
