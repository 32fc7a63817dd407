/** One agent, one expert and a customer, in a few words, on whatever contact center the service has. */
import { expect } from "vitest";
import type { ConsultRequest, ConsultView, DeskView } from "../../views.ts";
import type { CenterStage, Sounds } from "../centers/index.ts";
import { jonas, type TestService } from "../service.ts";

export type Play = Awaited<ReturnType<typeof beginPlay>>;

/** What a play needs of a service, in this process or another. */
export type PlayService = Pick<TestService, "ask" | "pass" | "deskToken" | "microsoft"> & { clock: { now(): Date } };

/** Lets time pass until it is so. Answers how long it took, by the service's clock. */
export async function until(
  service: PlayService,
  what: string,
  isSo: () => boolean | Promise<boolean>,
  mostMs = 10_000,
  stepMs = 100,
): Promise<number> {
  const startedAt = service.clock.now().getTime();
  const passed = () => service.clock.now().getTime() - startedAt;
  for (; passed() <= mostMs; await service.pass(stepMs, stepMs)) {
    const sinceMs = passed();
    if (await isSo()) return sinceMs;
  }
  throw new Error(`not so after ${mostMs / 1000} s: ${what}`);
}

/** A customer is on a call with Ana, and her desk shows it. `stepMs`: how closely is watched what happens then. */
export async function beginPlay(service: PlayService, stage: CenterStage, stepMs = 100) {
  const token = await service.deskToken();
  const desk = async () => (await service.ask("GET", "/v1/desk", { token })).body as unknown as DeskView;
  const call = stage.startCall();
  const found = async () => (await desk()).interactions.find(({ ref }) => ref === call);
  await until(service, "the desk shows the call", async () => (await found()) !== undefined).catch((error: Error) => {
    throw new Error(`${error.message}; now ${JSON.stringify(stage.hear(call))}`);
  });
  let id = "";
  const consult = async () =>
    (await service.ask("GET", `/v1/consults/${id}`, { token })).body as unknown as ConsultView;
  /** What is there when waiting was in vain. */
  const scene = async () => {
    const {
      state,
      result,
      pending,
      trouble,
      offers = [],
      timeline = [],
    } = id ? await consult() : ({} as Partial<ConsultView>);
    const told = { state, result, pending, trouble, offers: offers.map((one) => one.state) };
    return JSON.stringify({ ...stage.hear(call), ...told, timeline: timeline.map(({ what }) => what) });
  };
  const wait = (what: string, isSo: () => boolean | Promise<boolean>, mostMs?: number) =>
    until(service, what, isSo, mostMs, stepMs).catch(async (error: Error) => {
      throw new Error(`${error.message}; now ${await scene()}`);
    });
  const isHeard = (wanted: Partial<Sounds>) => {
    const now = stage.hear(call);
    return Object.entries(wanted).every(([role, sound]) => now[role as keyof Sounds] === sound);
  };

  return {
    call,
    token,
    desk,
    /** As it is now; whatever answers while the service cannot is not one. */
    consult,
    wait,
    isHeard,
    /** Waits until each of them hears just that. Answers how long it took. */
    hear: (wanted: Partial<Sounds>, mostMs?: number) => wait(JSON.stringify(wanted), () => isHeard(wanted), mostMs),
    state: (state: ConsultView["state"], mostMs?: number) =>
      wait(`the consult is ${state}`, async () => (await consult()).state === state, mostMs),
    /** Ana asks Jonas, he takes it on his card, and his phone rings. */
    async rings(kind: ConsultRequest["kind"] = "consult", more: Partial<ConsultRequest> = {}): Promise<void> {
      await this.asks(kind, more);
      await this.hear({ expert: "ringing" }, 45_000);
    },
    /** Ana asks Jonas, and he takes it on his card. */
    async asks(kind: ConsultRequest["kind"] = "consult", more: Partial<ConsultRequest> = {}): Promise<void> {
      const { body: experts } = await service.ask("GET", "/v1/experts?q=jonas", { token });
      const body = { interactionId: (await found())?.id, kind, personIds: [experts.items?.[0]?.personId], ...more };
      const asked = await service.ask("POST", "/v1/consults", { token, body });
      expect(asked.status, JSON.stringify(asked.body)).toBe(201);
      id = String(asked.body.id);
      const offer = (await consult()).offers[0]?.id ?? "";
      await wait("the card", () => cardOf(service).includes(offer));
      const card = service.microsoft.chatOf(jonas.id).at(-1);
      const pressed = await service.microsoft.clickAction(jonas.id, String(card?.id), {
        verb: "answer",
        data: { offer, answer: "now" },
      });
      expect(pressed.status, JSON.stringify(pressed.body)).toBe(200);
    },
    async move(move: string, more: object = {}): Promise<void> {
      const moved = await service.ask("POST", `/v1/consults/${id}/moves`, { token, body: { move, ...more } });
      expect(moved.status, JSON.stringify(moved.body)).toBe(202);
    },
    /** Nobody is left on the line, and the consult is over. */
    async over(): Promise<void> {
      stage.faults.clear();
      for (const hangUp of [stage.customerHangsUp, stage.expert.hangsUp, stage.agentHangsUp])
        try {
          hangUp(call);
        } catch {
          // they have left already
        }
      if (id) await this.state("ended", 60_000);
      await until(
        service,
        "Jonas is free",
        async () => {
          const { body } = await service.ask("GET", "/v1/experts?q=jonas", { token });
          return (body.items?.[0]?.reachability as { state?: string })?.state === "call";
        },
        60_000,
        1_000,
      );
      // Twilio takes a call to the same number, made a moment before, for one whose answer was lost.
      await service.pass(6_000, 3_000);
    },
  };
}

const cardOf = (service: PlayService) => JSON.stringify(service.microsoft.chatOf(jonas.id).at(-1) ?? "");
