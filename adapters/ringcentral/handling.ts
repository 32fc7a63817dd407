import { z } from "zod";
import { askFor, forget, remember } from "./ask.ts";
import { medium, type RingCentral } from "./settings.ts";
import type { ShownPresence } from "./words.ts";

export type Handling = "classic" | "new";

const featureId = "NewCallHandlingAndForwarding";
const memory = "call-handling";
const dayMs = 24 * 3_600_000;

const features = z.looseObject({
  records: z
    .array(
      z.looseObject({
        id: z.string(),
        params: z.array(z.looseObject({ name: z.string(), value: z.string().optional() })).optional(),
      }),
    )
    .default([]),
});

/** Accounts move to the new call handling one by one; asked once a day (developer guide, user call handling, migration). */
export async function handlingOf(c: RingCentral): Promise<Handling> {
  if (c.settings.handling !== "auto") return c.settings.handling;
  return (await remember(c, memory, dayMs, () => detect(c))) === "new" ? "new" : "classic";
}

export const forgetHandling = (c: RingCentral): Promise<void> => forget(c, memory);

async function detect(c: RingCentral): Promise<Handling> {
  const path = "/restapi/v1.0/account/~/extension/~/features";
  const answer = await askFor(c, { path, query: { featureId }, cost: medium, lane: "engaged" }, features);
  const feature = answer.records.find((one) => one.id === featureId);
  // The value is the string "true", not a boolean.
  return feature?.params?.some((one) => one.name === "isNewBackendAvailable" && one.value === "true")
    ? "new"
    : "classic";
}

/**
 * The Do Not Disturb field to write together with a status, as RingCentral's own clients do: what is there already, so
 * that nothing changes. Nothing is written over Do Not Disturb, nor over words that are legacy or unknown.
 */
export function quietField(shown: ShownPresence, handling: Handling): Record<string, string> {
  const { dndStatus, dndStatusPersonal } = shown;
  if (handling === "new") return dndStatusPersonal === "TakeAllCalls" ? { dndStatusPersonal } : {};
  return dndStatus === "TakeAllCalls" || dndStatus === "DoNotAcceptDepartmentCalls" ? { dndStatus } : {};
}
