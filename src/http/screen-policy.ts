import type { DeskPlace } from "../identity/desk-place.ts";
import { tabHosts } from "../teams/tab-hosts.ts";

export type Framing = {
  /** Sandbox only: where the made-up world is, for the stage. */
  worldUrl?: string;
  /** What the tenant of this short name lets its desks do; without a name, the only tenant here. */
  deskOf(tenant: string | undefined): Promise<DeskPlace | undefined>;
};

/**
 * What a page may do, as headers: scripts, styles and connections of our own only, neither microphone nor camera, never
 * kept. A desk belongs to the tenant that `tenant` in its address names: it may be framed by that tenant's hosts, and
 * where the tenant lets desks join calls, it may reach that platform and use microphone, camera and screen. Of no tenant,
 * by nobody but ourselves. The tab, by its host.
 */
export async function screenOf(
  page: string,
  tenant: string | undefined,
  framing: Framing,
): Promise<{ headers: Record<string, string>; place: DeskPlace | "nobody" | undefined }> {
  const place = page === "desk" ? await framing.deskOf(tenant) : undefined;
  const calls = place?.callSources ?? [];
  const headers = {
    "content-security-policy": policy(page, place?.hosts ?? [], calls, framing.worldUrl),
    "permissions-policy": permissions(calls.length > 0),
    "cache-control": "no-store",
  };
  // A name that nobody has is not the same as none: no sign-in is good there.
  return { headers, place: place ?? (page === "desk" && tenant !== undefined ? "nobody" : undefined) };
}

/** The page, with what its script must know of the tenant. */
export function placed(html: string, place: DeskPlace | "nobody" | undefined): string {
  if (!place) return html;
  const facts = place === "nobody" ? 'data-tenant="nobody"' : factsOf(place);
  return html.replace("<html", `<html ${facts}`);
}

const factsOf = ({ tenantId, hosts, canSignIn }: DeskPlace): string =>
  `data-tenant="${tenantId}" data-hosts="${hosts.join(" ")}"${canSignIn ? ' data-sign-in="own"' : ""}`;

function policy(
  page: string,
  embedders: readonly string[],
  calls: readonly string[],
  worldUrl: string | undefined,
): string {
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
