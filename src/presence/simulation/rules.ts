/** The functions that decide. Tests put a mistake in the place of one and see that it is noticed. */
import { backOffMs } from "../../jobs/run.ts";
import type { Held, Presence } from "../../platform/contract.ts";
import { silenceMs } from "../../platform/http.ts";
import { decide } from "../decide.ts";
import { agree, begin, end, forget, nextStep } from "../hold.ts";
import { observe } from "../order.ts";
import type { Platform } from "./platform.ts";

export const rules = {
  observe,
  decide,
  agree,
  forget,
  nextStep,
  begin,
  end,
  silenceMs,
  backOffMs,
  hold: (platform: Platform, presence: Presence, leaseMs: number, held?: Held) =>
    platform.hold(presence, leaseMs, held),
  release: (platform: Platform, held: Held) => platform.release(held),
};
export type Rules = typeof rules;
