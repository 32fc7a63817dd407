/**
 * Commands that only the agent's browser can carry out: claimed from the service, handed to the host page, which drives
 * the phone, and its outcome told to the service. A command is handed over once for each time that it is given out.
 */
import type { DeskMessage, HostMessage } from "../../desk/protocol.ts";
import type { ConsultView, DeskClaim } from "../../views.ts";
import { Refused } from "../shared/http.ts";

type Outcome = Extract<HostMessage, { type: "outcome" }>;

export type ErrandsApi = {
  claim(command: string, desk: string): Promise<DeskClaim>;
  report(command: string, body: { desk: string } & Pick<Outcome, "outcome" | "code">): Promise<unknown>;
};

export type Errands = {
  /** The host page says whether it can drive the agent's phone. */
  phone(ready: boolean): void;
  /** Looks whether a command waits for a desk. */
  look(consults: readonly ConsultView[]): void;
  outcome(message: Outcome): void;
};

/** `desk`: a random name of this window. */
export function runErrands(api: ErrandsApi, tell: (message: DeskMessage) => void, desk: string): Errands {
  let isReady = false;
  let seen: readonly ConsultView[] = [];
  const claiming = new Set<string>();
  /** Handed to the host, and not answered yet. */
  const given = new Set<string>();

  async function claim(id: string) {
    claiming.add(id);
    try {
      const { command, outcomeUntil, again } = await api.claim(id, desk);
      given.add(id);
      tell({ type: "command", command, until: outcomeUntil, again });
    } catch (error) {
      // Another window has it, or it is too late: nothing of ours. The rest is tried at the next news.
      if (!(error instanceof Refused)) claiming.delete(id);
    }
  }

  function look(consults: readonly ConsultView[]) {
    seen = consults;
    const waiting = consults.flatMap(({ pending }) =>
      pending?.desk?.state === "waiting" ? [pending.desk.command] : [],
    );
    // What no longer waits may be given out once more.
    for (const id of claiming) if (!waiting.includes(id)) claiming.delete(id);
    if (!isReady) return;
    for (const id of waiting) if (!claiming.has(id)) void claim(id);
  }

  return {
    look,
    phone(ready) {
      isReady = ready;
      look(seen);
    },
    outcome({ command, outcome, code }) {
      if (!given.delete(command)) return;
      // What cannot be told becomes unknown by itself, and the platform is looked at.
      api.report(command, { desk, outcome, ...(code && { code }) }).catch(() => undefined);
    },
  };
}
