/** Every contact center that there is a fake of, behind the same few words. A new one is a file and a line. */
import { asteriskStage } from "./asterisk.ts";
import type { CenterMaker } from "./stage.ts";
import { twilioStage } from "./twilio.ts";
import { webhookStage } from "./webhook.ts";

export type { CenterMaker, CenterStage, Sounds } from "./stage.ts";

export const centerMakers: readonly (readonly [adapter: string, make: CenterMaker])[] = [
  ["webhook", webhookStage],
  ["twilio", twilioStage],
  ["asterisk", asteriskStage],
];
