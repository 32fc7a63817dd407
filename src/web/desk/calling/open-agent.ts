/** Loads the library, in a file of its own, and asks whether it can work here. */
import { type CallAgent, CallTrouble, within } from "./call-agent.ts";
import { openLibrary } from "./library.ts";

/** Some 2 MB over a slow line. */
const loadMs = 60_000;

/** The library refuses anything but https and localhost, also addresses that browsers trust. */
export const isSafePlace = ({ protocol, hostname }: Pick<Location, "protocol" | "hostname">): boolean =>
  protocol === "https:" || hostname === "localhost";

export async function openAgent(): Promise<CallAgent> {
  if (!isSafePlace(location)) throw new CallTrouble("insecure");
  const sdk = await within(loadMs, import("@azure/communication-calling"), "not-loaded").catch((error: unknown) => {
    throw error instanceof CallTrouble ? error : new CallTrouble("not-loaded", error);
  });
  if (!("CallClient" in sdk)) throw new CallTrouble("not-installed");
  return openLibrary(sdk);
}
