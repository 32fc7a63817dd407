/** The service as the expert's page uses it. */
import type { Answer } from "../../consults/model.ts";
import type { TabChange, TabView } from "../../views.ts";
import { ask, insist, type Request } from "../shared/http.ts";

export type TabApi = ReturnType<typeof createTabApi>;

export function createTabApi(token: () => Promise<string | undefined>) {
  const send = async <Result>(address: string, request: Request = {}) =>
    ask<Result>(address, { ...request, token: await token() });
  const write = <Result>(method: "POST" | "PUT", address: string, body: unknown) =>
    insist((idempotencyKey) => send<Result>(address, { method, body, idempotencyKey }));
  const offer = (id: string, verb: string) => `/v1/offers/${encodeURIComponent(id)}/${verb}`;
  return {
    view: () => send<TabView>("/v1/me/expert"),
    change: (change: TabChange) => write<TabView>("PUT", "/v1/me/expert", change),
    answer: (id: string, answer: Answer) =>
      write<{ state: "yours" | "noted" | "late" }>("POST", offer(id, "answers"), { answer }),
    reply: (id: string, text: string) => write<TabView>("POST", offer(id, "reply"), { text }),
  };
}
