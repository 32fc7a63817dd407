/** The service's and the world's addresses over a made-up story, for looking at the pages without either. */
import type { Answer } from "../../consults/model.ts";
import { codes, type ErrorCode } from "../../errors.ts";
import type { JoinWay } from "../../platform/contract.ts";
import type { WorldAction } from "../../sandbox/protocol.ts";
import type { ConsultRequest, ContextView, DeskView, MoveRequest, SavedAnswerChange, TabChange } from "../../views.ts";
import { NotNow } from "./mock-state.ts";
import type { Story } from "./mock-story.ts";
import { createMockTab } from "./mock-tab.ts";

type Handler = (request: Request, url: URL) => Response | Promise<Response> | undefined;

const problem = (code: ErrorCode, detail: string): Response =>
  Response.json(
    {
      type: `/docs#${code}`,
      title: codes[code].title,
      status: codes[code].status,
      detail,
      code,
      request_id: "req_mock",
    },
    { status: codes[code].status, headers: { "content-type": "application/problem+json" } },
  );

async function tried(run: () => unknown): Promise<Response> {
  try {
    return Response.json((await run()) ?? {});
  } catch (error) {
    if (error instanceof NotNow) return problem("conflict", error.message);
    throw error;
  }
}

const context: ContextView = {
  question: "Is the March invoice a duplicate of the one from February?",
  fields: [
    ["customer", "Customer", "Lucía Prat"],
    ["tier", "Tier", "Gold"],
    ["queue", "Queue", "Billing ES"],
    ["tried", "Tried", "Compared both PDFs, amounts are equal, order numbers differ"],
    ["phone", "Phone", "•••41"],
    ["account", "Account", "•••17"],
  ].map(([key = "", label = "", value = ""]) => ({ key, label, value, masked: value.startsWith("•") })),
  links: [{ title: "Case 20417", url: "https://crm.example/20417" }],
};

/** A stream of server-sent events that ends when the reader goes or the service dies. */
function stream(start: (send: (event: string, data: unknown) => void, end: () => void) => () => void): Response {
  let stop = () => {};
  let count = 0;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const send = (event: string, data: unknown) =>
        controller.enqueue(
          new TextEncoder().encode(`event: ${event}\nid: 1.${++count}\ndata: ${JSON.stringify(data)}\n\n`),
        );
      const end = () => {
        stop();
        controller.close();
      };
      stop = start(send, end);
    },
    cancel: () => stop(),
  });
  return new Response(body, { headers: { "content-type": "text/event-stream", "cache-control": "no-store" } });
}

/** `/v1/…` and `/sandbox/config`. Undefined for other addresses. */
export function mockService(story: Story, worldUrl: string, token: string, tabToken: string): Handler {
  const tab = createMockTab(story, context);
  story.onReset(tab.reset);
  const experts: Handler = (_request, url) => {
    const query = (url.searchParams.get("q") ?? "").toLowerCase();
    const skill = url.searchParams.get("skill");
    const items = story
      .hits()
      .filter(
        (hit) => !query || JSON.stringify([hit.name, hit.site, hit.title, hit.skills]).toLowerCase().includes(query),
      )
      .filter((hit) => !skill || hit.skills.some((each) => each.skill === skill))
      .filter((hit) => !url.searchParams.has("reachable") || hit.reachability.state === "call");
    const from = Number(url.searchParams.get("cursor") ?? 0);
    const limit = Math.min(8, Number(url.searchParams.get("limit") ?? 8));
    const rest = items.length > from + limit ? { next: String(from + limit) } : {};
    return Response.json({ items: items.slice(from, from + limit), ...rest });
  };
  const favourites = new Set<string>();
  const favourite = (method: string, person: string): Response => {
    if (method === "PUT") favourites.add(person);
    else favourites.delete(person);
    return Response.json({ favourites: [...favourites] });
  };
  const colleagues = (): Response => {
    const asked = new Set(story.consults().flatMap(({ offers }) => offers.map(({ personId }) => personId)));
    const hits = story.hits();
    return Response.json({
      favourites: hits.filter(({ personId }) => favourites.has(personId)),
      recent: hits.filter(({ personId }) => asked.has(personId) && !favourites.has(personId)),
    });
  };
  const moved = (consult: string, { move, heard }: MoveRequest) => story.move(consult, move, heard);
  const desk = (): Response => {
    const me = {
      state: "later",
      availability: "busy",
      activity: "on-call",
      reasons: [],
      skipped: [],
      presences: [],
    } as const;
    const view: DeskView = {
      agent: {
        personId: "per_ana",
        name: "Ana Lind",
        reachability: structuredClone({ ...me, reasons: [], skipped: [], presences: [] }),
      },
      interactions: story.interactions(),
      consults: story.consults(),
      skills: ["Contracts", "Invoicing", "Shipping", "VAT"],
      favourites: [...favourites],
      serverTime: new Date().toISOString(),
    };
    return Response.json(view);
  };
  const live = () =>
    stream((send, end) => {
      send("hello", { serverTime: new Date().toISOString() });
      return story.listen((topic, data) => {
        if (!story.isUp()) end();
        else if (topic !== "world") send(topic, data);
      });
    });

  return async (request, url) => {
    if (url.pathname === "/sandbox/config") return Response.json({ worldUrl });
    if (!url.pathname.startsWith("/v1/")) return undefined as unknown as Response;
    if (!story.isUp()) return new Response("down", { status: 502 });
    const isTab = request.headers.get("authorization") === `Bearer ${tabToken}`;
    if (!isTab && request.headers.get("authorization") !== `Bearer ${token}`)
      return problem("unauthenticated", "Sign in again.");
    const moves = /^\/v1\/consults\/([^/]+)\/moves$/.exec(url.pathname);
    const calling = /^\/v1\/consults\/([^/]+)\/callers$/.exec(url.pathname);
    const answered = /^\/v1\/offers\/([^/]+)\/answers$/.exec(url.pathname);
    const kept = /^\/v1\/desk\/favourites\/([^/]+)$/.exec(url.pathname);
    if (kept) return favourite(request.method, kept[1] ?? "");
    const body = request.method === "GET" ? undefined : await request.json().catch(() => undefined);
    if (answered) return tried(() => tab.answer(answered[1] ?? "", (body as { answer: Answer }).answer));
    const saved = /^\/v1\/answers\/([^/]+)$/.exec(url.pathname);
    const calledBack = /^\/v1\/callbacks\/(\w+)\/(\w+)$/.exec(url.pathname);
    if (calledBack) return tried(() => tab.callback(calledBack[1] ?? "", calledBack[2] ?? ""));
    if (saved) return tried(() => tab.changeAnswer(saved[1] ?? "", body as SavedAnswerChange));
    if (/^\/v1\/people\/[^/]+\/presence$/.test(url.pathname)) return tried(tab.why);
    if (/^\/v1\/experts\/[^/]+\/preflight$/.test(url.pathname)) return tried(tab.setUp);
    if (calling) return tried(() => story.caller(calling[1] ?? "", (body as { way: JoinWay }).way));
    if (moves) return tried(() => moved(moves[1] ?? "", body as MoveRequest));
    switch (url.pathname) {
      case "/v1/desk":
        return desk();
      case "/v1/me/expert":
        return tried(() => (request.method === "PUT" ? tab.change(body as TabChange) : tab.view()));
      case "/v1/me/answers":
        return tried(tab.answers);
      case "/v1/experts":
        return experts(request, url) as Response;
      case "/v1/desk/photos":
        return Response.json({ photos: [], pending: [] });
      case "/v1/desk/colleagues":
        return colleagues();
      case "/v1/context-preview":
        return Response.json(context);
      case "/v1/consults":
        return tried(() => story.request(body as ConsultRequest));
      case "/v1/live":
        return live();
      case "/v1/desk-tokens/renew":
        return Response.json({ token, expiresAt: new Date(Date.now() + 900_000).toISOString() });
      default:
        return problem("not_found", "There is nothing at this address.");
    }
  };
}

/** The addresses of the made-up world. */
export function mockWorld(story: Story, serviceUrl: string, token: string, tabToken: string): Handler {
  return async (request, url) => {
    if (url.pathname === "/world") return Response.json(story.world());
    if (url.pathname === "/world/stream")
      return stream((send) => {
        send("message", story.world());
        return story.listen((topic, data) => topic === "world" && send("message", data));
      });
    if (url.pathname === "/world/desk-token")
      return Response.json({
        token,
        expiresAt: new Date(Date.now() + 900_000).toISOString(),
        deskUrl: `${serviceUrl}/desk`,
      });
    if (url.pathname === "/world/tab-token")
      return Response.json({
        token: tabToken,
        tabUrl: `${serviceUrl}/tab`,
      });
    if (url.pathname === "/world/actions") {
      const action = (await request.json()) as WorldAction;
      return tried(() => {
        act(story, action);
        return story.world();
      });
    }
    return problem("not_found", "There is nothing at this address.");
  };
}

function act(story: Story, action: WorldAction): unknown {
  switch (action.action) {
    case "start-call":
      return story.startCall(action.customer);
    case "customer-hangs-up":
      return story.hangUp(action.call);
    case "agent-hangs-up":
      return story.agentHangsUp(action.call);
    case "agent-status":
      return story.agentStatus(action.status);
    case "answer-phone":
      return story.phone(action.partyRef, "answer");
    case "decline-phone":
      return story.phone(action.partyRef, "declined");
    case "voicemail":
      return story.phone(action.partyRef, "voicemail");
    case "press-card":
      return story.press(
        String(action.data.offer),
        String(action.data.answer),
        action.data.reason as string | undefined,
      );
    case "set-status":
      return story.setStatus(action.user, action.status);
    case "person-call":
      return story.personCall(action.user, action.on);
    case "say-to-bot":
      return story.say(action.user, action.text);
    case "break":
      return story.breakIt(action.what);
    case "mend":
      return story.mend(action.what);
    case "kill-service":
      return story.kill();
    case "reset":
      return story.reset();
  }
}
