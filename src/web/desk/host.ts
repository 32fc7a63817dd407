/** The window that embeds the desk. Speaks only to the origin that the address names; silent without one. */
import { type DeskMessage, type HostMessage, parseHostMessage, toHost } from "../../desk/protocol.ts";

export type Host = { tell(message: DeskMessage): void };

export function meetHost(origin: string | undefined, heard: (message: HostMessage) => void): Host {
  if (!origin || window.parent === window) return { tell() {} };
  addEventListener("message", (event) => {
    if (event.source !== window.parent || event.origin !== origin) return;
    const message = parseHostMessage(event.data);
    if (message) heard(message);
  });
  return { tell: (message) => window.parent.postMessage(toHost(message), origin) };
}
