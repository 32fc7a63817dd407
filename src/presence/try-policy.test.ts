import { expect, it } from "vitest";
import type { AccountId } from "../ids.ts";
import type { Presence } from "../platform/contract.ts";
import { presets } from "./rules.ts";
import { type Shift, tryPolicy } from "./try-policy.ts";

const [desk, office] = ["acc_desk", "acc_office"] as [AccountId, AccountId];
const inCall: Presence = { availability: "busy", activity: "on-call" };
const busy: Presence = { availability: "busy", activity: "none" };
const free: Presence = { availability: "available", activity: "none", routable: false };
const accounts = [
  {
    account: desk,
    platform: "desk",
    side: "contact-center" as const,
    canShow: [busy],
    hasSessions: false,
    settleMs: 0,
  },
  { account: office, platform: "office", side: "uc" as const, canShow: [inCall], hasSessions: true, settleMs: 0 },
];
const shifts: Shift[] = [
  { account: desk, at: new Date(0), presence: free },
  { account: office, at: new Date(0), presence: free },
  { account: desk, at: new Date(600_000), presence: inCall },
  { account: desk, at: new Date(900_000), presence: free },
];

it("tells what would have been shown, from when, and why", () => {
  expect(tryPolicy(accounts, shifts, [presets["in-call-both-ways"]])).toEqual([
    { at: new Date(600_000), account: office, show: inCall, code: "follows", cause: desk, because: inCall },
    { at: new Date(900_000), account: office, code: "nothing-to-follow" },
  ]);
  expect(tryPolicy(accounts, shifts, [presets["read-only"]])).toEqual([]);
});

it("tells from when until when no work would have been offered", () => {
  const undisturbed: Presence = { availability: "do-not-disturb", activity: "none" };
  const quiet: Shift[] = [
    { account: office, at: new Date(0), presence: free },
    { account: office, at: new Date(1_000), presence: undisturbed },
    { account: office, at: new Date(2_000), presence: free },
  ];
  expect(tryPolicy(accounts, quiet, [presets["read-only"]])).toEqual([
    { at: new Date(1_000), account: office, code: "not-routed", because: undisturbed },
    { at: new Date(2_000), account: office, code: "routed-again", because: free },
  ]);
});
