import { z } from "zod";
import { faults, type WorldAction } from "./protocol.ts";

const text = z.string().min(1).max(400);
const platform = z.enum(["teams", "ringcentral"]);

/** Checks what the stage sends. */
export const worldAction = z.discriminatedUnion("action", [
  z.object({
    action: z.literal("start-call"),
    customer: text.exactOptional(),
    agent: text.exactOptional(),
    channel: z.enum(["voice", "chat", "messaging"]).exactOptional(),
  }),
  z.object({ action: z.literal("customer-hangs-up"), call: text }),
  z.object({ action: z.literal("agent-hangs-up"), call: text }),
  z.object({ action: z.literal("agent-status"), agent: text, status: text }),
  z.object({ action: z.literal("answer-phone"), partyRef: text }),
  z.object({ action: z.literal("decline-phone"), partyRef: text }),
  z.object({ action: z.literal("voicemail"), partyRef: text }),
  z.object({ action: z.literal("hang-up-phone"), partyRef: text }),
  z.object({
    action: z.literal("press-card"),
    platform,
    user: text,
    message: text,
    verb: z.string().max(400),
    data: z.record(z.string(), z.unknown()),
  }),
  z.object({ action: z.literal("set-status"), platform, user: text, status: text }),
  z.object({ action: z.literal("person-call"), platform, user: text, on: z.boolean() }),
  z.object({ action: z.literal("say-to-bot"), user: text, text }),
  z.object({ action: z.literal("break"), what: z.enum(faults) }),
  z.object({ action: z.literal("mend"), what: z.enum(faults).exactOptional() }),
  z.object({ action: z.literal("kill-service") }),
  z.object({ action: z.literal("reset") }),
]) satisfies z.ZodType<WorldAction>;
