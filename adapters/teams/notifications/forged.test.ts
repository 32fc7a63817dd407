/** Who does not know the secret of a subscription tells us nothing; and it is noticed when that is no longer asked. */
import { beforeEach, expect, it } from "vitest";
import { fetchFrom } from "../../../src/testing/connection.ts";
import { createTestWorld, jonas, marta, type TestWorld } from "../fake/test-world.ts";
import type { TeamsConnection } from "../settings.ts";
import { receive } from "./receive.ts";
import { clientStateOf, subscribe } from "./subscriptions.ts";

const address = "https://patchcord.example/hooks/con_1";
type Receive = typeof receive;
type Item = { subscriptionId: string; clientState: string };
type Body = { value: Item[] };
const encode = (body: unknown) => new TextEncoder().encode(JSON.stringify(body));
const decode = (body: Uint8Array) => JSON.parse(new TextDecoder().decode(body)) as Body;

let world: TestWorld;
let c: TeamsConnection;
let genuine: Body;
/** Secrets that are, or were, those of other subscriptions of ours. */
let others: string[];

beforeEach(async () => {
  const take = async (input: string | URL | Request, init?: RequestInit) => {
    const { method, url, headers } = new Request(input, init);
    const answer = await receive(c, { method, url, headers, body: new Uint8Array() });
    return "handshake" in answer ? answer.handshake : new Response(null, { status: 401 });
  };
  world = createTestWorld({ origin: "http://microsoft.example:9000", fetch: take });
  c = world.connect(
    { notifications: { refreshToken: "refresh-of-the-service-account", acceptV2Tokens: false } },
    fetchFrom(world.fake.app),
  );
  await subscribe(c, address, undefined, [marta.id]);
  others = world.fake.subscriptions.list().map(({ clientState }) => String(clientState));
  await subscribe(c, address, undefined, [jonas.id]); // in the place of the other
  const delivery = await world.fake.subscriptions.deliveryOf(jonas.id);
  genuine = structuredClone(delivery?.body) as Body;
});

/** What of this was believed that should not have been. */
async function believed(receiving: Receive): Promise<string[]> {
  const [item] = genuine.value;
  if (!item) throw new Error("nothing was pushed");
  const forged: Record<string, string> = {
    "the secret of an earlier subscription": others[0] ?? "",
    "no secret": "",
    "a secret that is one byte off": `${item.clientState.slice(0, -1)}${item.clientState.endsWith("0") ? "1" : "0"}`,
    "a secret that is longer": `${item.clientState}0`,
    "a word that everybody uses": "patchcord",
  };
  const found: string[] = [];
  for (const [name, clientState] of Object.entries(forged)) {
    const body = encode({ ...genuine, value: [{ ...item, clientState }] });
    const answer = await receiving(c, { method: "POST", url: address, headers: new Headers(), body });
    if ("events" in answer) found.push(name);
  }
  return found;
}

it("only what brings the secret of its very subscription is believed", async () => {
  expect(await believed(receive)).toEqual([]);
  const body = encode(genuine);
  expect(await receive(c, { method: "POST", url: address, headers: new Headers(), body })).toHaveProperty("events");
});

/** Lets pass what `passes` says, by giving it the right secret. */
const lenient =
  (passes: (given: string, right: string) => boolean): Receive =>
  async (connection, request) => {
    const { value, ...rest } = decode(request.body);
    for (const item of value) {
      const right = (await clientStateOf(connection, item.subscriptionId)) ?? "";
      if (passes(item.clientState, right)) item.clientState = right;
    }
    return receive(connection, { ...request, body: encode({ ...rest, value }) });
  };

it.each<[string, (given: string, right: string) => boolean]>([
  ["the secret is not looked at", () => true],
  ["all subscriptions have one secret", (given) => given === "patchcord" || others.includes(given)],
  ["only the beginning of the secret is compared", (given, right) => given.startsWith(right.slice(0, 8))],
])("it is noticed when %s", async (_name, passes) => {
  expect(await believed(lenient(passes))).not.toEqual([]);
});
