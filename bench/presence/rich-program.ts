/** Program: opens rich notifications, through our adapter as the webhook door does, or by a bare loop over node:crypto. */
import {
  createDecipheriv,
  createHmac,
  createPrivateKey,
  createPublicKey,
  type JsonWebKey,
  privateDecrypt,
  timingSafeEqual,
  verify,
} from "node:crypto";
import { createFakeMicrosoft, type FakeMicrosoft } from "../../adapters/teams/fake.ts";
import { makeEncryption } from "../../adapters/teams/testing/certificate.ts";
import { type OpenConnection, openConnection } from "../../src/identity/connect.ts";
import { silentLog } from "../../src/log.ts";
import { fetchFrom } from "../../src/testing/connection.ts";
import { type Wired, wire } from "../../src/wire.ts";
import { type Company, externalId, foundCompany } from "../company.ts";
import { answerQuestions } from "../program.ts";

export type RichQuestion =
  | { do: "prepare"; kind: "ours" | "raw"; databaseUrl: string; people: number }
  | { do: "open"; items: number; sizes: readonly number[] };
/** `wrong`: how many did not say who shows what. */
export type Opened = { cpuSeconds: number; wrong: number };

type Content = { data: string; dataKey: string; dataSignature: string };
type Item = { resourceData: { id: string }; encryptedContent: Content };
type Delivery = { value: Item[]; validationTokens: string[] };
/** Answers how many it could open. */
type Open = (posts: readonly Buffer<ArrayBuffer>[]) => Promise<number>;

const origin = "http://microsoft.example";
const atOnce = 16;

type Scene = { fake: FakeMicrosoft; connect(): Promise<OpenConnection>; privateKey: string };

/** One organization whose presence Microsoft pushes, encrypted for us. */
async function openScene(databaseUrl: string, people: number): Promise<Scene> {
  const encryption = await makeEncryption();
  const users = Array.from({ length: people }, (_, number) => ({
    id: externalId(number),
    displayName: `Colleague ${number}`,
    userPrincipalName: `user${number}@example.com`,
  }));
  const late: { connect?: Scene["connect"] } = {};
  const take = async (input: string | URL | Request, init?: RequestInit) => {
    const { method, url, headers } = new Request(input, init);
    const { adapter, connection } = (await late.connect?.()) as OpenConnection;
    const answer = await adapter.events?.receive(connection, { method, url, headers, body: new Uint8Array() });
    return answer && "handshake" in answer ? answer.handshake : new Response(null, { status: 401 });
  };
  const fake = createFakeMicrosoft({ clock: { now: () => new Date() }, users, origin, fetch: take });
  const notifications = { refreshToken: "refresh-of-the-service-account", acceptV2Tokens: false, encryption };
  const teams = fake.settings({ notifications });
  const company = await foundCompany(databaseUrl, { people, side: "office", teams });
  const fetchFake = fetchFrom(fake.app) as typeof fetch;
  const { databaseUrl: url, keys } = company;
  const wired = wire({
    databaseUrl: url,
    keys,
    publicUrl: "https://patchcord.example",
    sandbox: true,
    log: silentLog,
    fetch: fetchFake,
  });
  late.connect = () => connectionOf(wired, company);
  return { fake, connect: late.connect, privateKey: encryption.privateKey };
}

const connectionOf = ({ service }: Wired, { tenantId, connectionIds }: Company) =>
  openConnection(service, tenantId, connectionIds.office, (work) =>
    service.database.inTenant(tenantId, (db) =>
      work({ db, tenantId, actor: { kind: "system", name: "webhook" }, now: service.now, log: silentLog }),
    ),
  );

async function subscribe({ fake, connect }: Scene, people: number): Promise<Delivery[]> {
  const { adapter, connection } = await connect();
  const ids = Array.from({ length: people }, (_, number) => externalId(number));
  await adapter.events?.subscribe?.(connection, "https://patchcord.example/hooks/con_1", undefined, ids);
  const deliveries = await Promise.all(ids.map((id) => fake.subscriptions.deliveryOf(id)));
  return deliveries.flatMap((one) => (one ? [one.body as unknown as Delivery] : []));
}

/** As the webhook door does: the connection is opened for each delivery, which brings one proof however many it holds. */
const openOurs =
  ({ connect }: Scene): Open =>
  async (posts) => {
    let opened = 0;
    let next = 0;
    const lane = async () => {
      for (let body = posts[next++]; body; body = posts[next++]) {
        const { adapter, connection } = await connect();
        const request = { method: "POST", url: "https://patchcord.example/hooks/con_1", headers: new Headers(), body };
        const answer = await adapter.events?.receive(connection, request);
        const events = answer && "events" in answer ? answer.events : [];
        opened += events.filter((event) => event.kind === "presence").length;
      }
    };
    await Promise.all(Array.from({ length: atOnce }, lane));
    return opened;
  };

/** Nothing but the cryptography, with keys at hand: neither who sent it nor for which subscription is asked. */
async function openRaw({ fake, privateKey }: Scene): Promise<Open> {
  const key = createPrivateKey({ key: Buffer.from(privateKey, "base64"), format: "der", type: "pkcs8" });
  const open = ({ data, dataKey, dataSignature }: Content): { id?: string } => {
    const secret = privateDecrypt({ key, oaepHash: "sha1" }, Buffer.from(dataKey, "base64"));
    const sealed = Buffer.from(data, "base64");
    const proof = createHmac("sha256", secret).update(sealed).digest();
    if (!timingSafeEqual(proof, Buffer.from(dataSignature, "base64"))) return {};
    const cipher = createDecipheriv("aes-256-cbc", secret, secret.subarray(0, 16));
    return JSON.parse(Buffer.concat([cipher.update(sealed), cipher.final()]).toString());
  };
  const answer = await fake.app.request(`${origin}/login/common/discovery/v2.0/keys`);
  const { keys } = (await answer.json()) as { keys: JsonWebKey[] };
  const theirs = createPublicKey({ key: keys[0] as JsonWebKey, format: "jwk" });
  const isSigned = (token: string) => {
    const end = token.lastIndexOf(".");
    return verify("sha256", Buffer.from(token.slice(0, end)), theirs, Buffer.from(token.slice(end + 1), "base64url"));
  };
  return async (posts) => {
    let opened = 0;
    for (const body of posts) {
      const { value, validationTokens } = JSON.parse(body.toString()) as Delivery;
      if (!validationTokens.every(isSigned)) continue;
      for (const { encryptedContent, resourceData } of value)
        if (open(encryptedContent).id === resourceData.id) opened++;
    }
    return opened;
  };
}

let open: Open = async () => 0;
let deliveries: Delivery[] = [];

/** The same notifications again and again; each delivery holds as many as the next of `sizes` says, over and over. */
function pack(items: number, sizes: readonly number[]): Buffer<ArrayBuffer>[] {
  const value = Array.from({ length: items }, (_, index) => deliveries[index % deliveries.length]?.value[0]);
  const validationTokens = deliveries[0]?.validationTokens;
  const packed: Buffer<ArrayBuffer>[] = [];
  for (let from = 0; from < items; ) {
    const size = sizes[packed.length % sizes.length] ?? 1;
    packed.push(Buffer.from(JSON.stringify({ value: value.slice(from, from + size), validationTokens })));
    from += size;
  }
  return packed;
}

async function carryOut(question: RichQuestion): Promise<Opened> {
  if (question.do === "prepare") {
    const scene = await openScene(question.databaseUrl, question.people);
    deliveries = await subscribe(scene, question.people);
    open = question.kind === "ours" ? openOurs(scene) : await openRaw(scene);
    return { cpuSeconds: 0, wrong: question.people - deliveries.length };
  }
  const posts = pack(question.items, question.sizes);
  const before = process.cpuUsage();
  const opened = await open(posts);
  const { user, system } = process.cpuUsage(before);
  return { cpuSeconds: (user + system) / 1e6, wrong: question.items - opened };
}

answerQuestions(carryOut);
