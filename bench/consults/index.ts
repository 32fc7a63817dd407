import { areaOf } from "../parts.ts";
import { measureChaos } from "./chaos.ts";
import { measureMost } from "./most.ts";
import { measureRush } from "./rush.ts";
import { measureSteps } from "./steps.ts";

export const consults = areaOf("consults", "what of a consult's time is ours, and what survives when things die", {
  steps: measureSteps,
  most: measureMost,
  rush: measureRush,
  chaos: measureChaos,
});
