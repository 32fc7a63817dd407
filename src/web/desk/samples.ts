/** Well-formed views for tests, changed where a test needs it. */
import type { ConsultView, ExpertHit, InteractionView, PartyView } from "../../views.ts";

export const party = (role: PartyView["role"], change: Partial<PartyView> = {}): PartyView => ({
  ref: role,
  role,
  state: "connected",
  name: { customer: "Lucía Prat", agent: "Ana Lind", expert: "Jonas Sund", system: "Recorder" }[role],
  hears: [],
  music: false,
  ...change,
});

export const interaction = (change: Partial<InteractionView> = {}): InteractionView => ({
  id: "int_1",
  ref: "call-1",
  rootRef: "call-1",
  journeyId: "jny_1",
  channel: "voice",
  state: "live",
  customer: { name: "Lucía Prat" },
  recording: "on",
  parties: [party("customer", { hears: ["agent"] }), party("agent", { hears: ["customer"] })],
  startedAt: "2026-03-02T12:00:00.000Z",
  observedAt: "2026-03-02T12:00:00.000Z",
  can: [
    { kind: "consult", possible: true },
    { kind: "transfer", possible: true },
    { kind: "question", possible: true },
  ],
  ...change,
});

export const consult = (change: Partial<ConsultView> = {}): ConsultView => ({
  id: "cst_1",
  interactionId: "int_1",
  journeyId: "jny_1",
  kind: "consult",
  state: "offering",
  talkingTo: "expert",
  question: "",
  agent: { personId: "per_ana", name: "Ana Lind" },
  offers: [
    { id: "off_1", personId: "per_jonas", name: "Jonas Sund", state: "asked", askedAt: "2026-03-02T12:00:00.000Z" },
  ],
  moves: [],
  replies: [],
  timeline: [],
  requestedAt: "2026-03-02T12:00:00.000Z",
  changedAt: "2026-03-02T12:00:00.000Z",
  version: 1,
  ...change,
});

export const hit = (personId: string, state: ExpertHit["reachability"]["state"] = "call"): ExpertHit => ({
  personId,
  name: `Person ${personId}`,
  initials: "P",
  skills: [],
  languages: [],
  reachability: { state, availability: "available", activity: "none", reasons: [], skipped: [], presences: [] },
  score: 1,
  why: [],
});
