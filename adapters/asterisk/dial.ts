import type { CallCommand } from "../../src/platform/contract.ts";
import { type Call, readCall } from "./call.ts";
import { legId, legsVariable } from "./names.ts";
import { ask, isAllocationFailure, pathOf } from "./request.ts";
import { hangUp, move, note } from "./rooms.ts";
import { type Plan, refuse } from "./rules.ts";
import { type Asterisk, endpointOf } from "./settings.ts";

/**
 * Rings somebody, once per command however often it comes. The leg is made first and silent; the customer goes to wait,
 * then the leg joins the agent's room, and only then it is dialled. So nobody has to be there when it is answered: the
 * expert is with the agent from the first word. Source: observed on 22.10.1; `addChannel` takes a channel that is Down.
 * @throws Refusal and the customer is where they were.
 */
export async function ring(c: Asterisk, call: Call, command: CallCommand, plan: Plan): Promise<void> {
  const leg = legId(command.commandId);
  if (call.dialled.includes(leg)) return;
  await makeLeg(c, call, command, leg);
  for (const one of plan.wait) {
    const moved = await move(c, call.ref, one.ref, "wait");
    if (moved === "gone" && one.role === "customer")
      await giveUp(c, call, leg, "customer_left", "the customer has left");
  }
  if ((await move(c, call.ref, leg, "talk")) === "gone") await explain(c, call, leg);
  // From here on it counts as dialled: a second dial would end a call whose phone has not rung yet. So it is worth two
  // tries to get here, and what is lost after it is not made good: the ring time limit of whoever asked runs out.
  const dialled = () => note(c, call.ref, legsVariable, [...call.dialled, leg].join(" "));
  if (!(await dialled().catch(dialled))) await giveUp(c, call, leg, "customer_left", "the customer has left");
  const timeout = String(Math.max(1, Math.round((command.ringMs ?? 30_000) / 1000)));
  const path = `${pathOf("channels", leg)}/dial`;
  const answer = await ask(c, { method: "POST", path, query: { timeout }, lane: "call" });
  // 409: it is not waiting to be dialled any more, so it has been.
  if (answer.status >= 300 && answer.status !== 409)
    await giveUp(c, call, leg, "unreachable", "Asterisk could not dial the expert");
}

/** Makes the leg, in our application and not dialled. One that is there already is ours, from an attempt that was lost. */
async function makeLeg(c: Asterisk, call: Call, { target, contextRef }: CallCommand, leg: string): Promise<void> {
  const endpoint = target && endpointOf(c.settings, target);
  if (!endpoint) return refuse("unsupported_target", "the settings do not say how to dial this target");
  const account = target.kind === "agent" ? [target.account] : [];
  const { app, callerId, contextHeader } = c.settings;
  const variables: Record<string, string> = { PATCHCORD_INTERACTION: call.ref, PATCHCORD_ROLE: "expert" };
  if (contextRef && endpoint.startsWith("PJSIP/")) variables[`PJSIP_HEADER(add,${contextHeader})`] = contextRef;
  if (callerId) variables["CONNECTEDLINE(all,i)"] = callerId;
  const appArgs = [call.ref, "expert", ...account].join(",");
  const query = { endpoint, app, appArgs, channelId: leg };
  const answer = await ask(c, { method: "POST", path: "/channels/create", query, variables, lane: "call" });
  if (answer.status < 300 || answer.status === 409) return;
  if (isAllocationFailure(answer))
    refuse("unreachable", "Asterisk knows no such endpoint: check how the settings dial this kind of target");
  refuse("unreachable", `Asterisk does not dial this: it answered ${answer.status}`);
}

/** The new leg has gone before it could be dialled: mostly because nobody listens to our application. */
async function explain(c: Asterisk, call: Call, leg: string): Promise<never> {
  const app = await ask(c, { path: pathOf("applications", c.settings.app), lane: "call" });
  return app.status === 404
    ? giveUp(c, call, leg, "not_listening", "our event stream to Asterisk is down, so it takes no calls from us")
    : giveUp(c, call, leg, "unreachable", "the expert's leg ended before it was dialled");
}

/** Nothing is left behind: no leg, and the customer is with the agent. */
async function giveUp(c: Asterisk, call: Call, leg: string, code: string, reason: string): Promise<never> {
  await hangUp(c, leg);
  const customer = (await readCall(c, call.ref))?.legs.find(({ role }) => role === "customer");
  if (customer && customer.room !== "talk") await move(c, call.ref, customer.ref, "talk");
  return refuse(code, reason);
}
