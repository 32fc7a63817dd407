/** Program: what orchestrates consults: our service, or a bare loop of fetches that keeps nothing. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { WireEvent } from "../../adapters/webhook/wire.ts";
import type { CallOperation } from "../../src/platform/contract.ts";
import { findForgery } from "../../src/platform/signature.ts";
import { externalId } from "../company.ts";
import { answerQuestions } from "../program.ts";
import { type RunningService, startService } from "../service.ts";
import { cards, type Pressed, type Shown } from "./cards.ts";
import { cardsSecret, type Organization } from "./companies.ts";
import { answer, postSigned } from "./wire.ts";

export type ServerQuestion =
  | { do: "ours"; organizations: Organization[]; port?: number }
  | { do: "bare"; organizations: Organization[]; platformPort: number }
  | { do: "cpu" };

type Asked = { organization: number; ref: string; kind: string; agent: string; account: string; hasJoined: boolean };

/** As short as it can be: whatever comes in sends out what comes next, at once. Signatures are checked and made. */
async function openBare(organizations: readonly Organization[], platformPort: number): Promise<number> {
  const consults = new Map<string, Asked>();
  const byRef = new Map<string, Asked>();
  const places = new Map(
    organizations.flatMap(({ connectionIds, secret }) => [
      [connectionIds.center as string, secret],
      [connectionIds.office as string, cardsSecret],
    ]),
  );
  const pairs = organizations.map((one) => one.pairs);
  let number = 0;
  const command = (asked: Asked, op: CallOperation, more = {}) => {
    const { organization, ref, agent } = asked;
    const commandId = `cmd-${number++}`;
    const deadline = new Date(Date.now() + 15_000).toISOString();
    const { secret } = organizations[organization] as Organization;
    const body = { commandId, op, interaction: ref, agent, deadline, ...more };
    return postSigned(platformPort, `/${organization}/commands`, secret, commandId, body);
  };
  const hear = (event: WireEvent) => {
    if (event.type !== "interaction.changed") return;
    const asked = byRef.get(event.interaction);
    const isOn = event.snapshot?.parties.some(({ role, human }) => role === "expert" && human);
    if (!asked || asked.hasJoined || !isOn) return;
    asked.hasJoined = true;
    if (asked.kind === "conference") void command(asked, "mergeConference");
    if (asked.kind === "transfer") void command(asked, "completeTransfer");
  };
  const operations: Record<string, CallOperation> = {
    "all-together": "mergeConference",
    "hand-over": "completeTransfer",
    "drop-expert": "cancelConsult",
  };
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts);
    const [, version, what, id = ""] = (request.url ?? "").split("/");
    if (version === "hooks") {
      const headers = new Headers(request.headers as Record<string, string>);
      if (await findForgery([places.get(what ?? "") ?? ""], { headers, body, now: new Date() }))
        return answer(response, 401);
      const told = JSON.parse(body.toString()) as { events: WireEvent[] } | Pressed;
      if ("events" in told) told.events.forEach(hear);
      else {
        const asked = consults.get(told.offer);
        if (asked)
          void command(asked, "startConsult", { target: { kind: "phone", e164: "+46700000000" }, ringMs: 18_000 });
      }
      return answer(response, 200);
    }
    if (id === "") {
      const { interactionId, kind } = JSON.parse(body.toString()) as { interactionId: string; kind: string };
      const [, , count = "0"] = interactionId.split("-");
      const organization = Number(count) % organizations.length;
      const of = pairs[organization] ?? [];
      const pair = of[Math.floor(Number(count) / organizations.length) % of.length];
      const asked = {
        ...{ organization, ref: interactionId, kind, hasJoined: false },
        agent: externalId(pair?.agent ?? 0),
        account: externalId(pair?.expert ?? 0),
      };
      const key = `off-${number++}`;
      consults.set(key, asked);
      byRef.set(interactionId, asked);
      const shown: Shown = { account: asked.account, key, content: { type: "AdaptiveCard", body: "x".repeat(2_000) } };
      void postSigned(platformPort, `/${organization}/cards`, cardsSecret, key, shown);
      return answer(response, 201, { id: interactionId, offers: [{ id: key }] });
    }
    const { move } = JSON.parse(body.toString()) as { move: string };
    const asked = byRef.get(id);
    const op = operations[move];
    if (asked && op) void command(asked, op);
    return answer(response, 202);
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return (server.address() as AddressInfo).port;
}

let service: RunningService | undefined;

answerQuestions(async (question: ServerQuestion): Promise<unknown> => {
  if (question.do === "cpu") {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  }
  if (question.do === "bare") return openBare(question.organizations, question.platformPort);
  const [company] = question.organizations;
  if (!company) throw new Error("nobody to serve");
  const port = question.port === undefined ? {} : { port: question.port };
  service = await startService({ company, jobs: true, adapters: [cards], ...port });
  return service.port;
});
