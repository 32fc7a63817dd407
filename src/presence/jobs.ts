import type { Handlers } from "../jobs/run.ts";
import type { Service } from "../platform/service.ts";
import { findOrphans } from "./orphans.ts";
import { resettle } from "./resettle.ts";
import { settlePerson } from "./settle.ts";
import { type SweepOptions, sweepPresence } from "./sweep.ts";
import { writeHold } from "./write.ts";

export const presenceJobs = (service: Service, options: SweepOptions): Handlers => ({
  "presence.sweep": sweepPresence(service, options),
  "presence.settle": settlePerson(service),
  "presence.write": writeHold(service),
  "presence.orphans": findOrphans(),
  "presence.resettle": resettle(service),
});
