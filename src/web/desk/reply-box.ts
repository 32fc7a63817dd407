/** The box in which the agent writes to the customer. It is the host page's: we ask it to take text, and it says whether. */
import type { DeskMessage, HostMessage } from "../../desk/protocol.ts";

export type Inserted = "done" | "refused" | "unknown";
export type ReplyBox = {
  /** Never rejects. `unknown`: the page has not said in time; the text may be there. */
  insert(interaction: string, text: string): Promise<Inserted>;
  inserted(message: Extract<HostMessage, { type: "inserted" }>): void;
};

/** A page that takes longer has most likely not understood. */
const patienceMs = 3000;

export function createReplyBox(tell: (message: DeskMessage) => void, waitMs = patienceMs): ReplyBox {
  const waiting = new Map<string, (outcome: Inserted) => void>();
  return {
    insert(interaction, text) {
      const id = crypto.randomUUID();
      return new Promise<Inserted>((settle) => {
        const timer = setTimeout(() => settle("unknown"), waitMs);
        waiting.set(id, (outcome) => {
          clearTimeout(timer);
          settle(outcome);
        });
        tell({ type: "insert-text", id, interaction, text });
      }).finally(() => waiting.delete(id));
    },
    inserted: ({ id, outcome }) => waiting.get(id)?.(outcome),
  };
}
