/** What the made-up company does through our API, as a customer's own back end and administrator would. */
import { setTimeout as sleep } from "node:timers/promises";
import { BridgeError } from "../errors.ts";
import type { ExpertView } from "../views.ts";
import { colleagues } from "./company.ts";
import { connectionNames, type SandboxKeys } from "./plan.ts";
import type { Platforms } from "./platforms.ts";
import type { DeskTokenAnswer } from "./protocol.ts";

type ConnectionRow = { id: string; name: string; hookUrl: string };

/** Seconds as a rule; a slow machine may take its time, as long as it says how far it is. */
const moveInMsMax = 180_000;
const sayEveryMs = 5_000;
const lookMs = 100;

export type BackEnd = ReturnType<typeof createBackEnd>;

export function createBackEnd(serviceUrl: string, keys: SandboxKeys) {
  async function ask<T>(key: string, path: string, body?: object): Promise<T> {
    const response = await fetch(serviceUrl + path, {
      method: body ? "POST" : "GET",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      ...(body ? { body: JSON.stringify(body) } : {}),
    }).catch((cause) => {
      throw new BridgeError("unavailable", "The service does not answer just now. Try again in a moment.", { cause });
    });
    if (response.ok) return (await response.json()) as T;
    const { detail } = (await response.json().catch(() => ({}))) as { detail?: string };
    throw new BridgeError("platform_refused", detail ?? `The service answered ${response.status}.`);
  }
  const connections = async () => (await ask<{ items: ConnectionRow[] }>(keys.setUp, "/v1/connections")).items;
  const experts = async () => (await ask<{ items: ExpertView[] }>(keys.setUp, "/v1/experts?limit=100")).items;

  const awaited = colleagues.filter(({ expert }) => expert).length;
  /** How many experts are enrolled and seen by a platform. */
  async function countSettled(): Promise<number> {
    return (await experts()).filter(({ reachability }) => reachability.presences.length > 0).length;
  }

  return {
    async mintDeskToken(account: string): Promise<DeskTokenAnswer> {
      const body = { connection: connectionNames.contactCenter, account };
      const { token, expiresAt } = await ask<{ token: string; expiresAt: string }>(
        keys.backEnd,
        "/v1/desk-tokens",
        body,
      );
      return { token, expiresAt, deskUrl: `${serviceUrl}/desk` };
    },
    /** Tells each platform where we listen, as an administrator copies the addresses over. */
    async connect({ contactCenter, microsoft, ringcentral }: Platforms): Promise<void> {
      const rows = await connections();
      const find = (name: string) => {
        const row = rows.find((one) => one.name === name);
        if (!row) throw new Error(`The sandbox has no connection ${name}.`);
        return row;
      };
      contactCenter.sendEventsTo(find(connectionNames.contactCenter).hookUrl);
      contactCenter.reportLoss();
      microsoft.setBotEndpoint(`${serviceUrl}/teams/${find(connectionNames.teams).id}/messages`);
      ringcentral.setOutboundWebhook(find(connectionNames.ringcentral).hookUrl);
    },
    /** Waits until the directories are read, the experts enrolled and everybody's presence seen. */
    async companyHasMovedIn(say: (sentence: string) => void): Promise<void> {
      const began = Date.now();
      for (let saidAt = began; Date.now() < began + moveInMsMax; await sleep(lookMs)) {
        const settled = await countSettled().catch(() => 0);
        if (settled >= awaited) return;
        if (Date.now() < saidAt + sayEveryMs) continue;
        saidAt = Date.now();
        say(`${settled} of ${awaited} colleagues have moved in …`);
      }
      throw new Error("The made-up company could not be set up in time.");
    },
  };
}
