/** What a supervisor's board gets. Types only. */
import type { Kind, State } from "./consults/model.ts";
import type { Channel } from "./platform/contract.ts";
import type { ReachabilityView } from "./views.ts";

export type BoardConsult = {
  id: string;
  kind: Kind;
  state: State;
  channel: Channel;
  agent: string;
  expert?: string;
  skill?: string;
  requestedAt: string;
  changedAt: string;
};
/** How many experts of a skill are reachable in which way. */
export type BoardSkill = { skill: string } & Record<ReachabilityView["state"], number>;
/** Offers since `since`: `yes` of `asked`, `prompt` of them within `promptMs`. */
export type BoardService = {
  since: string;
  promptMs: number;
  asked: number;
  yes: number;
  prompt: number;
  later: number;
  declined: number;
  silent: number;
  /** Asked still; and no longer needed: taken back, or somebody else was faster. */
  open: number;
  dropped: number;
  medianMs?: number;
};
/** GET /v1/board: a supervisor's glance. Those who have waited longest come first. */
export type BoardView = {
  /** Those that one may choose among: of the experts, and of who has asked them lately. */
  departments: string[];
  /** Only what this one's agents ask for and its experts are asked; absent: everybody. */
  department?: string;
  consults: BoardConsult[];
  skills: BoardSkill[];
  /** `looked`: how many of them the skills are counted from. */
  experts: { total: number; looked: number };
  service: BoardService;
  serverTime: string;
};
