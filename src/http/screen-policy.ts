import { tabHosts } from "../teams/tab-hosts.ts";

export type Framing = {
  /** Sandbox only: where the made-up world is, for the stage. */
  worldUrl?: string;
  /** May this origin show the desk in a frame? */
  mayEmbed(origin: string): Promise<boolean>;
};

/**
 * The content security policy of a page: scripts, styles and connections of our own only. The desk may be framed by
 * whom its organization names, here by `host` in its address. The tab, by its host.
 */
export async function screenPolicy(page: string, host: string | undefined, framing: Framing): Promise<string> {
  const origin = page === "desk" ? URL.parse(host ?? "")?.origin : undefined;
  const embedders = origin && (await framing.mayEmbed(origin)) ? [origin] : [];
  const world = framing.worldUrl ? [new URL(framing.worldUrl).origin] : [];
  const sources = {
    "default-src": ["'self'"],
    "script-src": ["'self'"],
    "style-src": ["'self'", "'unsafe-inline'"],
    "img-src": ["'self'", "data:"],
    "connect-src": ["'self'", ...(page === "stage" ? world : [])],
    "object-src": ["'none'"],
    "base-uri": ["'none'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'self'", ...embedders, ...(page === "tab" ? tabHosts : [])],
  };
  return Object.entries(sources)
    .map(([name, values]) => `${name} ${values.join(" ")}`)
    .join("; ");
}
