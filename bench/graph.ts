/**
 * Program: just enough of Microsoft Graph for many people, every answer ready beforehand, so that what is measured is us
 * and not a stand-in. The strict one is in adapters/teams/fake.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { externalId } from "./company.ts";
import { answerQuestions } from "./program.ts";

export type GraphQuestion =
  | { do: "open"; people: number }
  /** So many people are called otherwise from now on. */
  | { do: "rename"; people: number }
  /** One in fifty shows something else from now on. One answer in so many is 429. */
  | { do: "turn"; refuseEvery: number };

/** As many people as Graph puts on a page at most. */
const pageSize = 999;
const changingEvery = 50;
const statuses = ["Available", "Busy", "Away", "DoNotDisturb", "Offline"];

let people = 0;
/** Everybody's name carries the generation in which they were last renamed. */
let generation = 0;
let renamed = 0;
let turn = 0;
let asked = 0;
let refuseEvery = 0;
let origin = "";

function userOf(number: number): string {
  const version = number < renamed ? generation : 0;
  return JSON.stringify({
    id: externalId(number),
    displayName: `Colleague ${number} of ${version}`,
    userPrincipalName: `user${number}@example.com`,
    mail: `user${number}@example.com`,
    userType: "Member",
    accountEnabled: true,
    businessPhones: [`+467${String(number).padStart(8, "0")}`],
    department: `Department ${number % 40}`,
    jobTitle: "Specialist",
    officeLocation: `Site ${number % 9}`,
  });
}

/** `all` from somebody on, or what changed since a generation. */
function deltaPage(query: URLSearchParams): string {
  const [kind = "all", from = "0"] = (query.get("$skiptoken") ?? query.get("$deltatoken") ?? "all.0").split(".");
  const start = Number(from);
  const end = kind === "all" ? people : kind === `since-${generation}` ? 0 : renamed;
  const users = Array.from({ length: Math.max(0, Math.min(pageSize, end - start)) }, (_, index) =>
    userOf(start + index),
  );
  const next = start + users.length;
  const link = `${origin}/v1.0/users/delta?`;
  const more =
    next < end
      ? `"@odata.nextLink":"${link}$skiptoken=${kind}.${next}"`
      : `"@odata.deltaLink":"${link}$deltatoken=since-${generation}.0"`;
  return `{"value":[${users.join()}],${more}}`;
}

/** What somebody shows after so many turns; with each, one in fifty changes. */
export const statusAt = (number: number, turn: number): string =>
  statuses[
    (number + Math.floor((turn + changingEvery - (number % changingEvery)) / changingEvery)) % statuses.length
  ] ?? "";

function presencesOf(ids: readonly string[]): string {
  const shown = ids.map((id) => {
    const status = statusAt(numberOf(id), turn);
    return `{"id":"${id}","availability":"${status}","activity":"${status}","sequenceNumber":null}`;
  });
  return `{"value":[${shown.join()}]}`;
}

/** The inverse of `externalId`. */
const numberOf = (id: string) => Number(id.slice(id.indexOf("-") + 1));

function isRefused(pathname: string): boolean {
  if (refuseEvery === 0 || !pathname.endsWith("/getPresencesByUserId")) return false;
  asked++;
  return asked % refuseEvery === 0;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text;
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? "/", origin);
  const body = await bodyOf(request);
  if (isRefused(pathname)) {
    response.writeHead(429, { "retry-after": "1" }).end();
    return;
  }
  const text = pathname.endsWith("/token")
    ? '{"access_token":"made-up","expires_in":3600,"token_type":"Bearer"}'
    : pathname.endsWith("/getPresencesByUserId")
      ? presencesOf((JSON.parse(body) as { ids: string[] }).ids)
      : pathname.endsWith("/users/delta")
        ? deltaPage(searchParams)
        : '{"value":[],"agents":[]}'; // also for a contact center that knows nobody
  response.writeHead(200, { "content-type": "application/json" }).end(text);
}

const server = createServer((request, response) => void answer(request, response));

async function carryOut(question: GraphQuestion): Promise<string> {
  if (question.do === "turn") {
    turn++;
    refuseEvery = question.refuseEvery;
    return origin;
  }
  if (question.do === "rename") {
    renamed = question.people;
    generation++;
    return origin;
  }
  people = question.people;
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return origin;
}

if (process.send) answerQuestions(carryOut);
