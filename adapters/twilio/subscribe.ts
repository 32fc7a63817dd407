/**
 * Pushes about agents and tasks come by Event Streams: a sink that is our address, and one subscription on it. What is
 * there already is adopted. Calls that we dial report to the same address, so it is remembered here.
 */
import type { Subscription } from "../../src/platform/contract.ts";
import { noteAddress } from "./memory.ts";
import { readAllPages } from "./pages.ts";
import { subscribedTypes } from "./push.ts";
import { ask, askFor, orUndefined } from "./request.ts";
import type { Twilio } from "./settings.ts";
import * as wire from "./wire.ts";

const lane = "bulk";
const description = "Patchcord";
const typesWanted = subscribedTypes.map((type) => `com.twilio.taskrouter.${type}`);

export async function subscribe(c: Twilio, address: string, known?: Subscription): Promise<Subscription> {
  await noteAddress(c, address);
  const sink = (await adoptSink(c, address, known?.id)) ?? (await createSink(c, address));
  const subscription = (await findSubscription(c, sink)) ?? (await createSubscription(c, sink));
  await addMissingTypes(c, subscription);
  return { id: sink, data: { subscription } };
}

const isFor = (address: string) => (sink: { sink_configuration?: unknown; status?: unknown }) => {
  const { destination } = (sink.sink_configuration ?? {}) as { destination?: unknown };
  return destination === address && sink.status !== "failed";
};

async function adoptSink(c: Twilio, address: string, known: string | undefined): Promise<string | undefined> {
  const fits = isFor(address);
  if (known && /^DG[0-9a-fA-F]{32}$/.test(known)) {
    const found = await orUndefined(askFor(c, { api: "events", path: `/Sinks/${known}`, lane }, wire.sink));
    if (found && fits(found)) return found.sid;
  }
  const all = await readAllPages(
    c,
    { api: "events", path: "/Sinks", query: { PageSize: 100 }, lane },
    "sinks",
    wire.sink,
  );
  return all.find((one) => one.sink_type === "webhook" && fits(one))?.sid;
}

async function createSink(c: Twilio, address: string): Promise<string> {
  const form = {
    Description: description,
    SinkType: "webhook",
    SinkConfiguration: JSON.stringify({ destination: address, method: "POST", batch_events: true }),
  };
  return (await askFor(c, { api: "events", method: "POST", path: "/Sinks", form, lane }, wire.sink)).sid;
}

async function findSubscription(c: Twilio, sink: string): Promise<string | undefined> {
  const query = { SinkSid: sink, PageSize: 50 };
  const found = await readAllPages(
    c,
    { api: "events", path: "/Subscriptions", query, lane },
    "subscriptions",
    wire.subscription,
  );
  return found.find((one) => one.sink_sid === sink)?.sid;
}

async function createSubscription(c: Twilio, sink: string): Promise<string> {
  const Types = typesWanted.map((type) => JSON.stringify({ type }));
  const form = { Description: description, SinkSid: sink, Types };
  const made = await askFor(
    c,
    { api: "events", method: "POST", path: "/Subscriptions", form, lane },
    wire.subscription,
  );
  return made.sid;
}

async function addMissingTypes(c: Twilio, subscription: string): Promise<void> {
  const path = `/Subscriptions/${subscription}/SubscribedEvents`;
  const query = { PageSize: 100 };
  const there = await readAllPages(c, { api: "events", path, query, lane }, "types", wire.subscribedEvent);
  const missing = typesWanted.filter((type) => !there.some((one) => one.type === type));
  for (const Type of missing) await ask(c, { api: "events", method: "POST", path, form: { Type }, lane });
}
