/** The commands that went over the wire, as the stage draws them: asked, and what came of it. */
import type { MiddlewareHandler } from "hono";
import { command, event } from "../../adapters/webhook/wire.ts";
import type { WireCommand } from "./protocol.ts";

type Entry = WireCommand & { interaction: string };

const entriesMax = 500;

export type WireLog = ReturnType<typeof createWireLog>;

export function createWireLog(changed: () => void) {
  const entries = new Map<string, Entry>();

  function note(id: string, change: Partial<WireCommand>): void {
    const entry = entries.get(id);
    if (!entry) return;
    entries.set(id, { ...entry, ...change });
    changed();
  }

  const middleware: MiddlewareHandler = async (c, next) => {
    const isCommand = c.req.method === "POST" && c.req.path.endsWith("/commands");
    const asked = isCommand
      ? command.safeParse(
          await c.req.raw
            .clone()
            .json()
            .catch(() => undefined),
        )
      : undefined;
    if (!asked?.success) return next();
    const { commandId: id, op: operation, interaction } = asked.data;
    const startedAt = performance.now();
    // A command that was asked before keeps its place.
    entries.set(id, { at: new Date().toISOString(), ...entries.get(id), id, operation, interaction, state: "asked" });
    if (entries.size > entriesMax) entries.delete(entries.keys().next().value ?? "");
    changed();
    await next();
    const latencyMs = Math.round(performance.now() - startedAt);
    const outcome = await outcomeOf(c.res);
    // The report of the outcome may have overtaken the answer.
    note(id, { latencyMs, ...(entries.get(id)?.state === "asked" ? outcome : {}) });
  };

  return {
    middleware,
    /** Takes in what the contact center reports later. */
    hear(body: unknown): void {
      const told = event.safeParse(body);
      if (!told.success || told.data.type !== "command.finished") return;
      const { commandId, state, reason } = told.data;
      note(commandId, { state, ...(reason === undefined ? {} : { reason }) });
    },
    /** Oldest first. */
    of: (interaction: string): WireCommand[] =>
      [...entries.values()]
        .filter((entry) => entry.interaction === interaction)
        .map(({ interaction: _interaction, ...entry }) => entry),
  };
}

async function outcomeOf(response: Response): Promise<Pick<WireCommand, "state" | "reason">> {
  if (response.type === "error") return { state: "unknown", reason: "the answer was lost" };
  if (response.status === 429) return { state: "refused", reason: "asked to slow down" };
  if (response.status >= 500) return { state: "unknown", reason: `answered ${response.status}` };
  if (response.ok) return { state: response.status === 202 ? "accepted" : "done" };
  const { detail } = (await response
    .clone()
    .json()
    .catch(() => ({}))) as { detail?: string };
  return { state: "refused", reason: detail ?? `answered ${response.status}` };
}
