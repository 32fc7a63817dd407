import { tabHosts } from "../teams/tab-hosts.ts";

export type Framing = {
  /** Sandbox only: where the made-up world is, for the stage. */
  worldUrl?: string;
  /** May this origin show the desk in a frame? */
  mayEmbed(origin: string): Promise<boolean>;
  /** Whom a desk talks to that joins calls by itself; `origin`: of the page that shows it. Empty: it does not. */
  callSources?(origin: string | undefined): Promise<string[]>;
};

/**
 * What a page may do, as headers: scripts, styles and connections of our own only, neither microphone nor camera, never
 * kept. The desk may be framed by whom its organization names, here by `host` in its address; where the organization
 * lets desks join calls, it may also reach that platform and use microphone, camera and screen. The tab, by its host.
 */
export async function screenHeaders(
  page: string,
  host: string | undefined,
  framing: Framing,
): Promise<Record<string, string>> {
  const origin = page === "desk" ? URL.parse(host ?? "")?.origin : undefined;
  const embedders = origin && (await framing.mayEmbed(origin)) ? [origin] : [];
  const calls = page === "desk" ? ((await framing.callSources?.(origin)) ?? []) : [];
  return {
    "content-security-policy": policy(page, embedders, calls, framing.worldUrl),
    "permissions-policy": permissions(calls.length > 0),
    "cache-control": "no-store",
  };
}

function policy(page: string, embedders: string[], calls: string[], worldUrl: string | undefined): string {
  const world = worldUrl ? [new URL(worldUrl).origin] : [];
  // The library that carries calls makes workers and media of its own.
  const made = calls.length > 0 ? { "worker-src": ["'self'", "blob:"], "media-src": ["'self'", "blob:"] } : {};
  const sources = {
    "default-src": ["'self'"],
    "script-src": ["'self'"],
    "style-src": ["'self'", "'unsafe-inline'"],
    "img-src": ["'self'", "data:"],
    "connect-src": ["'self'", ...(page === "stage" ? world : []), ...calls],
    ...made,
    "object-src": ["'none'"],
    "base-uri": ["'none'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'self'", ...embedders, ...(page === "tab" ? tabHosts : [])],
  };
  return Object.entries(sources)
    .map(([name, values]) => `${name} ${values.join(" ")}`)
    .join("; ");
}

/** A page in a frame gets only what its host hands down as well, by the frame's `allow`. */
const permissions = (isCalling: boolean): string =>
  ["microphone", "camera", "display-capture", "speaker-selection"]
    .map((name) => `${name}=${isCalling ? "(self)" : "()"}`)
    .join(", ");
