/**
 * The window that embeds the desk. Speaks only to the origin that the address names, and only where it is one of the
 * tenant's, which the service has written into the page; silent else.
 */
import { type DeskMessage, type HostMessage, parseHostMessage, toHost } from "../../desk/protocol.ts";

export type Host = { tell(message: DeskMessage): void };

export function meetHost(origin: string | undefined, heard: (message: HostMessage) => void): Host {
  const { hosts = "" } = document.documentElement.dataset;
  const known = [location.origin, ...hosts.split(" ")];
  if (!origin || !known.includes(origin) || window.parent === window) return { tell() {} };
  addEventListener("message", (event) => {
    if (event.source !== window.parent || event.origin !== origin) return;
    const message = parseHostMessage(event.data);
    if (message) heard(message);
  });
  return { tell: (message) => window.parent.postMessage(toHost(message), origin) };
}
