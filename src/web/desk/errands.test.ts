import { expect, test, vi } from "vitest";
import type { ConsultView, DeskClaim } from "../../views.ts";
import { Offline, Refused } from "../shared/http.ts";
import { type ErrandsApi, runErrands } from "./errands.ts";
import { consult } from "./samples.ts";

const waiting = (state: "waiting" | "claimed" = "waiting"): ConsultView =>
  consult({ pending: { operation: "startConsult", state: "asked", askedAt: "", desk: { command: "cmd_1", state } } });
const command = { commandId: "cmd_1", operation: "startConsult", interaction: "call-1", agent: "agent-1" } as const;
const claimed: DeskClaim = { command, outcomeUntil: "2026-03-02T12:00:04.500Z", again: false };

function open(claim: ErrandsApi["claim"] = async () => claimed) {
  const api = { claim: vi.fn(claim), report: vi.fn<ErrandsApi["report"]>(async () => ({})) };
  const tell = vi.fn();
  return { api, tell, errands: runErrands(api, tell, "window-one") };
}
const settled = () => new Promise((done) => setTimeout(done));

test("nothing is claimed while the host cannot drive the phone, and at once when it can", async () => {
  const { api, tell, errands } = open();
  errands.look([waiting()]);
  expect(api.claim).not.toHaveBeenCalled();
  errands.phone(true);
  await settled();
  expect(api.claim.mock.calls).toEqual([["cmd_1", "window-one"]]);
  expect(tell.mock.calls).toEqual([[{ type: "command", command, until: claimed.outcomeUntil, again: false }]]);
});

test("the same news again hands nothing over twice; what is given out once more is", async () => {
  const { tell, errands } = open();
  errands.phone(true);
  for (const state of ["waiting", "waiting", "claimed"] as const) errands.look([waiting(state)]);
  await settled();
  expect(tell).toHaveBeenCalledTimes(1);
  errands.look([waiting()]);
  await settled();
  expect(tell).toHaveBeenCalledTimes(2);
});

test("what another window has is left to it", async () => {
  const { api, tell, errands } = open(async () => {
    throw new Refused(409, undefined);
  });
  errands.phone(true);
  errands.look([waiting()]);
  await settled();
  errands.look([waiting()]);
  await settled();
  expect([api.claim.mock.calls.length, tell.mock.calls.length]).toEqual([1, 0]);
});

test("a claim that did not get through is tried again", async () => {
  let isOffline = true;
  const { tell, errands } = open(async () => {
    if (isOffline) throw new Offline("gone");
    return claimed;
  });
  errands.phone(true);
  errands.look([waiting()]);
  await settled();
  isOffline = false;
  errands.look([waiting()]);
  await settled();
  expect(tell).toHaveBeenCalledTimes(1);
});

test("only the outcome of what was handed over is told, once", async () => {
  const { api, errands } = open();
  errands.outcome({ type: "outcome", command: "cmd_1", outcome: "done" });
  errands.phone(true);
  errands.look([waiting()]);
  await settled();
  errands.outcome({ type: "outcome", command: "cmd_1", outcome: "refused", code: "busy" });
  errands.outcome({ type: "outcome", command: "cmd_1", outcome: "done" });
  expect(api.report.mock.calls).toEqual([["cmd_1", { desk: "window-one", outcome: "refused", code: "busy" }]]);
});
