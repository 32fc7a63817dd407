/** A whole company, one contact center and one bridge in memory: enough of each to see every state of the pages. */
import type { Move } from "../../consults/model.ts";
import type { JoinWay } from "../../platform/contract.ts";
import type { CallView, Fault } from "../../sandbox/protocol.ts";
import type { CallerView, ConsultRequest, ConsultView } from "../../views.ts";
import { endCall, legOf, newCall, setLeg } from "./mock-call.ts";
import { changed, moveConsult, noticeFree, pickUp, pressCard, requestConsult } from "./mock-consult.ts";
import type { MockExpert } from "./mock-people.ts";
import { createState, find, iso, type Listener, NotNow } from "./mock-state.ts";
import { hitOf, interactionView, worldView } from "./mock-view.ts";

export type Story = ReturnType<typeof createStory>;

const sweepMs = 4000;
const keptMs = 120_000;
const downMs = 6000;
/** Nobody hears from this person's platform. */
const silent = "Tom Okafor";

export function createStory() {
  const state = createState();
  const resets = new Set<() => void>();
  const tellWorld = () => state.tell("world", worldView(state));
  const callOf = (ref: string): CallView => find(state.calls, (call) => call.ref === ref);
  const see = (expert: MockExpert) => {
    state.observed.set(expert.personId, iso());
    state.tell("presence", hitOf(state, expert));
    noticeFree(state, expert.personId);
  };
  const show = (user: string, availability: string, activity = availability) => {
    const expert = find(state.experts, (each) => each.user === user);
    Object.assign(expert, { availability, activity });
    see(expert);
    tellWorld();
  };
  // Presence is read again every few seconds, as the bridge does.
  const sweep = setInterval(() => {
    if (state.service.up) for (const expert of state.experts) if (expert.name !== silent) see(expert);
  }, sweepMs);

  return {
    listen(listener: Listener): () => void {
      state.listeners.add(listener);
      return () => state.listeners.delete(listener);
    },
    onReset(run: () => void): void {
      resets.add(run);
    },
    reset() {
      state.reset();
      for (const run of resets) run();
      tellWorld();
    },
    stop() {
      clearInterval(sweep);
      state.reset();
    },
    isUp: () => state.service.up,
    world: () => worldView(state),
    interactions: () => state.calls.filter((call) => call.state === "live").map((call) => interactionView(state, call)),
    consults: () =>
      state.consults
        .map(({ view }) => structuredClone(view))
        .filter(({ endedAt }) => !endedAt || Date.now() - Date.parse(endedAt) < keptMs),
    hits: () => state.experts.map((expert) => hitOf(state, expert)),
    request: (request: ConsultRequest) => requestConsult(state, request),
    move: (consult: string, move: Move, heard?: boolean) => moveConsult(state, consult, move, heard),
    /** From now on the platform cannot tell a person from a machine. */
    goDeaf() {
      state.cannotTell = true;
    },
    /** How meetings are joined from now on. */
    meetBy(meeting: Pick<ConsultView, "join" | "joinUrl">) {
      state.meeting = meeting;
    },
    /** A token as the platform makes them, with a signature that is none. */
    caller(consultId: string, way: JoinWay): CallerView {
      const { view } = find(state.consults, ({ view }) => view.id === consultId);
      if (view.state === "ended" || !view.join?.ways.includes(way))
        throw new NotNow("This cannot be joined from here.");
      const expiresAt = iso(3_600_000);
      const place =
        way === "meeting" ? { way, url: view.joinUrl ?? "" } : { way, account: "11111111-1111-4111-8111-111111111111" };
      return { token: mockToken(new Date(expiresAt)), expiresAt, name: state.agent.name, place };
    },
    press: (offer: string, said: string, reason?: string) => pressCard(state, offer, said, reason),
    phone: (ref: string, what: Parameters<typeof pickUp>[2]) => pickUp(state, ref, what),
    startCall: (customer = "lucia") => changed(state, newCall(state, customer)),
    hangUp(ref: string) {
      endCall(state, callOf(ref));
      changed(state, callOf(ref));
    },
    agentHangsUp(ref: string) {
      const call = callOf(ref);
      setLeg(legOf(call, "agent"), "left");
      if (legOf(call, "expert")) setLeg(legOf(call, "customer"), "connected");
      else endCall(state, call);
      changed(state, call);
    },
    agentStatus(status: string) {
      state.agent.status = status;
      tellWorld();
    },
    setStatus: (user: string, status: string) => show(user, status === "Automatic" ? "Available" : status),
    personCall: (user: string, on: boolean) => (on ? show(user, "Busy", "InACall") : show(user, "Available")),
    say(user: string, text: string) {
      const answer = "I bring you questions from the contact center.";
      state.chats
        .get(user)
        ?.messages.push(
          { id: state.id("msg"), from: "user", text, at: iso() },
          { id: state.id("msg"), from: "bot", text: answer, at: iso() },
        );
      tellWorld();
    },
    breakIt(what: Fault) {
      state.faults.set(what, 0);
      tellWorld();
    },
    mend(what?: Fault) {
      if (what) state.faults.delete(what);
      else state.faults.clear();
      tellWorld();
    },
    kill() {
      state.service.up = false;
      tellWorld();
      state.later(downMs, () => {
        state.service = { up: true, restarts: state.service.restarts + 1 };
        tellWorld();
      });
    },
  };
}

const mockToken = (expiresAt: Date): string => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const resourceId = "5f1e7c52-9a0b-4d3e-8c6f-2b1a0d9e8f70";
  const skypeid = `acs:${resourceId}_00000000-0000-0000-0000-000000000001`;
  const claims = { skypeid, resourceId, scp: 1792, acsScope: "voip.join", exp: Math.floor(expiresAt.getTime() / 1000) };
  return `${part({ alg: "RS256", typ: "JWT" })}.${part(claims)}.bWFkZS11cA`;
};
