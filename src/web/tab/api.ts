/** The service as the expert's page uses it. */
import type { Answer } from "../../consults/model.ts";
import type { SavedAnswerChange, SavedAnswerView, SetUpView, TabChange, TabView, WhyView } from "../../views.ts";
import { ask, insist, type Request } from "../shared/http.ts";

/** What can be done about a customer who waits to be called back. */
export type CallbackAct = "claim" | "pass" | "reached" | "not-reached" | "cancelled";

export type TabApi = ReturnType<typeof createTabApi>;

/** Who asks: by a token, or as who has signed in in this browser. */
export type Credentials = Pick<Request, "token" | "session">;

export function createTabApi(credentials: () => Promise<Credentials>) {
  const send = async <Result>(address: string, request: Request = {}) =>
    ask<Result>(address, { ...request, ...(await credentials()) });
  const write = <Result>(method: "POST" | "PUT", address: string, body: unknown) =>
    insist((idempotencyKey) => send<Result>(address, { method, body, idempotencyKey }));
  const offer = (id: string, verb: string) => `/v1/offers/${encodeURIComponent(id)}/${verb}`;
  const setUpOf = (person: string, language: string) =>
    `/v1/experts/${encodeURIComponent(person)}/preflight?language=${language}`;
  return {
    view: () => send<TabView>("/v1/me/expert"),
    change: (change: TabChange) => write<TabView>("PUT", "/v1/me/expert", change),
    answer: (id: string, answer: Answer) =>
      write<{ state: "yours" | "noted" | "late" }>("POST", offer(id, "answers"), { answer }),
    answers: async () => (await send<{ items: SavedAnswerView[] }>("/v1/me/answers?limit=50")).items,
    changeAnswer: (id: string, change: SavedAnswerChange) =>
      write<SavedAnswerView>("PUT", `/v1/answers/${encodeURIComponent(id)}`, change),
    why: async (person: string, language: string) =>
      (await send<{ why: WhyView[] }>(`/v1/people/${encodeURIComponent(person)}/presence?locale=${language}`)).why,
    setUp: (person: string, language: string) => send<SetUpView>(setUpOf(person, language)),
    checkSetUp: (person: string, language: string) => write<SetUpView>("POST", setUpOf(person, language), {}),
    callback: (id: string, act: CallbackAct) =>
      write<unknown>(
        "POST",
        `/v1/callbacks/${encodeURIComponent(id)}/${act === "claim" || act === "pass" ? act : "end"}`,
        act === "claim" || act === "pass" ? {} : { outcome: act },
      ),
    reply: (id: string, text: string) => write<TabView>("POST", offer(id, "reply"), { text }),
  };
}
