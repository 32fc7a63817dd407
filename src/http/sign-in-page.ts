/** What a person sees where a sign-in comes to nothing: what happened and what to do. Programs get the problem document. */
import type { ApiContext } from "../api.ts";
import { BridgeError, type ErrorCode } from "../errors.ts";
import { framed, spokenIn } from "../front-page.ts";
import { ownPath } from "../own-path.ts";
import { type Reason, reasons, signInTexts } from "./sign-in-texts.ts";

/** `reason` tells which page it becomes, and is a member of the problem document. */
export const signInError = (
  code: ErrorCode,
  reason: Reason,
  message: string,
  more: { cause?: unknown; retryAfterMs?: number } = {},
) => new BridgeError(code, message, { ...more, details: { reason } });

/** What is asked for with a sign-in: `/auth/login?tenant=…&for=…&back=…`. */
export type Asked = { tenant: string; for: string; back: string };

/** As part of a state: whoever comes back too late, without anything that we knew of them, may begin again at once. */
export const toState = (asked: Asked): string =>
  btoa(new URLSearchParams(asked).toString()).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

function fromState(text: string): Partial<Asked> {
  try {
    return Object.fromEntries(new URLSearchParams(atob(text.replaceAll("-", "+").replaceAll("_", "/"))));
  } catch {
    return {};
  }
}

/** Our own sign-in for what was asked, which looks at each of it anew; undefined where no organization is named. */
function signInAt({ tenant, for: wanted, back }: Partial<Asked>): string | undefined {
  if (!tenant) return undefined;
  const query = { tenant, ...(wanted && { for: wanted }), ...(back && { back: ownPath(back) }) };
  return `/auth/login?${new URLSearchParams(query)}`;
}

/** Browsers that go to an address ask for a page; programs do not. */
const isPerson = (c: ApiContext) =>
  c.req.method === "GET" && c.req.path.startsWith("/auth/") && /\btext\/html\b/.test(c.req.header("accept") ?? "");

/** The page in place of a problem document about a sign-in, with its status. */
export async function forPerson(c: ApiContext, problem: Response): Promise<Response> {
  if (!isPerson(c)) return problem;
  const { reason, request_id: number } = (await problem.json()) as { reason?: unknown; request_id: string };
  const why = reasons.find((one) => one === reason) ?? "other";
  const language = spokenIn(c.req.header("accept-language") ?? "");
  const texts = signInTexts[language] ?? signInTexts.en;
  const [title, whatToDo] = texts.why[why];
  const [address, label] = wayOn(c, why, texts);
  const content = `<main><h1 style="line-height:1.2">${title}</h1><p>${whatToDo}</p><p><a href="${address.replaceAll("&", "&amp;")}" style="display:inline-block;padding:.5rem 0">${label}</a></p><p><small>${texts.number} <code>${number}</code></small></p></main>`;
  c.header("www-authenticate", undefined); // the other headers of the problem stay
  return c.body(framed(content, language, `${title} · Patchcord`), problem.status as 200, {
    "content-type": "text/html; charset=utf-8",
    "content-language": language,
    "content-security-policy":
      "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "cache-control": "no-store",
  });
}

function wayOn(c: ApiContext, why: Reason, texts: (typeof signInTexts)["en"]): [address: string, label: string] {
  if (why === "upload") return ["/admin", texts.administration];
  const given =
    c.req.path === "/auth/login" ? c.req.query() : fromState((c.req.query("state") ?? "").slice(randomChars));
  const signIn = why === "nowhere" || why === "closed" ? undefined : signInAt(given);
  if (!signIn) return ["/", texts.start];
  return [signIn, why === "silent" || why === "other" ? texts.retry : texts.again];
}

/** A state begins with so many that nobody can guess: 32 bytes, as oauth4webapi makes them. */
export const randomChars = 43;
