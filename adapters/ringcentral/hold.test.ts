import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Held, Presence } from "../../src/platform/contract.ts";
import { ada, createScene, department, queueMember, type Scene, stranger } from "./fake/scene.ts";
import type { UserStatus } from "./fake.ts";
import { quietField } from "./handling.ts";
import { hold, release } from "./hold.ts";
import { read } from "./presence.ts";

const busy: Presence = { availability: "busy", activity: "on-call" };
const leaseMs = 300_000;
const path = "/restapi/v1.0/account/~/extension/801001/presence";

const writes = (scene: Scene) =>
  scene.fake.requests.filter((one) => one.method === "PUT").map((one) => JSON.parse(one.body));
const take = (scene: Scene, held?: Held) => hold(scene.c, ada, busy, leaseMs, held);
const statusOf = (scene: Scene) => scene.fake.presenceOf(ada).userStatus;

describe("showing somebody as busy", () => {
  it("writes the status together with the Do Not Disturb that is there, and remembers both", async () => {
    const scene = createScene();
    expect(await take(scene)).toEqual({
      presence: { availability: "busy", activity: "none", native: "Busy" },
      before: { userStatus: "Available", dndStatus: "TakeAllCalls", written: true },
    });
    expect(writes(scene)).toEqual([{ userStatus: "Busy", dndStatus: "TakeAllCalls" }]);
  });

  it("uses the other field where the account is on the new call handling, and asks for that once", async () => {
    const scene = createScene({ callHandling: "new" });
    const held = await take(scene);
    await release(scene.c, ada, held);
    expect(writes(scene)).toEqual([
      { userStatus: "Busy", dndStatusPersonal: "TakeAllCalls" },
      { userStatus: "Available", dndStatusPersonal: "TakeAllCalls" },
    ]);
    const detections = () => scene.asked.filter((one) => one.path.endsWith("/features")).length;
    expect(detections()).toBe(1);
    scene.pass(25 * 3_600_000);
    await take(scene);
    expect(detections()).toBe(2);
  });

  it.each(["classic", "new"] as const)("asks nothing where an admin has said %s", async (handling) => {
    const scene = createScene({ callHandling: handling, settings: { handling } });
    await release(scene.c, ada, await take(scene));
    expect(scene.asked.some((one) => one.path.endsWith("/features"))).toBe(false);
    expect(writes(scene)).toHaveLength(2);
  });

  it("finds out when the account has moved to the new call handling since", async () => {
    const scene = createScene();
    await release(scene.c, ada, await take(scene));
    scene.fake.world.callHandling = "new";
    await expect(take(scene)).rejects.toMatchObject({ code: "platform_refused" });
    expect(await take(scene)).toHaveProperty("before");
  });

  it("keeps a queue member off the queue", async () => {
    const scene = createScene();
    scene.fake.world.presences.of(queueMember).dndStatus = "DoNotAcceptDepartmentCalls";
    const held = await hold(scene.c, queueMember, busy, leaseMs);
    await release(scene.c, queueMember, held);
    expect(scene.fake.presenceOf(queueMember).dndStatus).toBe("DoNotAcceptDepartmentCalls");
  });

  it("never writes the legacy word", async () => {
    const scene = createScene();
    scene.fake.world.presences.of(queueMember).dndStatus = "TakeDepartmentCallsOnly";
    await hold(scene.c, queueMember, busy, leaseMs);
    expect(writes(scene)).toEqual([{ userStatus: "Busy" }]);
  });

  it("writes nothing while the account still shows what we wrote", async () => {
    const scene = createScene();
    let held = await take(scene);
    for (let renewals = 0; renewals < 5; renewals++) held = await take(scene, held);
    expect(writes(scene)).toHaveLength(1);
    expect(held.before).toEqual({ userStatus: "Available", dndStatus: "TakeAllCalls", written: true });
  });

  it("can show nothing but busy", async () => {
    const scene = createScene();
    const asked = hold(scene.c, ada, { availability: "do-not-disturb", activity: "none" }, leaseMs);
    await expect(asked).rejects.toMatchObject({ code: "unsupported" });
    expect(scene.fake.requests).toEqual([]);
  });

  it("holds for people only, and for those who exist", async () => {
    const scene = createScene();
    await expect(hold(scene.c, department, busy, leaseMs)).rejects.toMatchObject({ code: "unsupported" });
    await expect(hold(scene.c, stranger, busy, leaseMs)).rejects.toMatchObject({ code: "not_found" });
    expect(writes(scene)).toEqual([]);
  });

  it("spends light requests on looking and medium ones on writing", async () => {
    const scene = createScene({ settings: { handling: "classic" } });
    await take(scene);
    expect(scene.asked.slice(1).map(({ method, cost }) => [method, cost])).toEqual([
      ["GET", "ringcentral:light"],
      ["PUT", "ringcentral:medium"],
    ]);
  });
});

describe("the Do Not Disturb field of a write", () => {
  it.each([
    ["classic", { dndStatus: "TakeAllCalls", dndStatusPersonal: "TakeAllCalls" }, { dndStatus: "TakeAllCalls" }],
    ["classic", { dndStatus: "DoNotAcceptDepartmentCalls" }, { dndStatus: "DoNotAcceptDepartmentCalls" }],
    ["classic", { dndStatus: "DoNotAcceptAnyCalls" }, {}],
    ["classic", { dndStatus: "TakeDepartmentCallsOnly" }, {}],
    ["classic", { dndStatus: "Unknown" }, {}],
    ["new", { dndStatus: "TakeAllCalls", dndStatusPersonal: "TakeAllCalls" }, { dndStatusPersonal: "TakeAllCalls" }],
    ["new", { dndStatus: "TakeAllCalls", dndStatusPersonal: "DoNotAcceptAnyCalls" }, {}],
    ["new", { dndStatus: "TakeAllCalls", dndStatusPersonal: "Unknown" }, {}],
    ["new", { dndStatus: "TakeAllCalls" }, {}],
  ] as const)("%s, showing %j: %j", (handling, shown, expected) => {
    expect(quietField(shown, handling)).toEqual(expected);
  });
});

describe("what the person chose", () => {
  it.each<[string, (scene: Scene) => void, string]>([
    ["Do Not Disturb", ({ fake }) => fake.setDnd(ada, true), "Do Not Disturb"],
    ["Busy", ({ fake }) => fake.setUserStatus(ada, "Busy"), "Busy"],
    ["invisible", ({ fake }) => fake.setUserStatus(ada, "Offline"), "invisible"],
    ["hiding", ({ fake }) => fake.setHidden(ada, true), "allow others to see my presence"],
  ])("is never overridden: %s", async (_name, choose, sentence) => {
    const scene = createScene();
    choose(scene);
    await expect(take(scene)).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining(sentence) });
    expect(writes(scene)).toEqual([]);
  });

  it("is not overridden by a renewal, not even when it is Available", async () => {
    for (const status of ["Available", "Offline"] as const) {
      const scene = createScene();
      const held = await take(scene);
      scene.fake.setUserStatus(ada, status);
      await expect(take(scene, held)).rejects.toMatchObject({ code: "conflict" });
      expect(writes(scene)).toHaveLength(1);
      expect(statusOf(scene)).toBe(status);
    }
  });

  it("stays when the hold ends", async () => {
    const scene = createScene();
    const held = await take(scene);
    scene.fake.setUserStatus(ada, "Offline");
    expect(await release(scene.c, ada, held)).toBe("kept");
    expect(statusOf(scene)).toBe("Offline");
  });

  it("stays on top when it is Do Not Disturb, and our status beneath it ends", async () => {
    for (const callHandling of ["classic", "new"] as const) {
      const scene = createScene({ callHandling });
      const held = await take(scene);
      scene.fake.setDnd(ada, true);
      expect(await take(scene, held)).toEqual(held);
      expect(await release(scene.c, ada, held)).toBe("released");
      expect((await read(scene.c, [ada]))[0]?.presence.availability).toBe("do-not-disturb");
      scene.fake.setDnd(ada, false);
      expect((await read(scene.c, [ada]))[0]?.presence.availability).toBe("available");
    }
  });

  it("does not count a call as a choice", async () => {
    const scene = createScene();
    scene.fake.startCall(ada);
    const held = await take(scene);
    scene.fake.endCall(ada);
    expect(await release(scene.c, ada, held)).toBe("released");
    expect(statusOf(scene)).toBe("Available");
  });
});

describe("ending a hold", () => {
  it("writes back what was there, once", async () => {
    const scene = createScene();
    const held = await take(scene);
    expect(await release(scene.c, ada, held)).toBe("released");
    expect(await release(scene.c, ada, held)).toBe("released");
    expect(writes(scene)).toHaveLength(2);
    expect(statusOf(scene)).toBe("Available");
  });

  it("leaves alone what it does not remember", async () => {
    const scene = createScene();
    const { presence } = await take(scene);
    expect(await release(scene.c, ada, { presence })).toBe("kept");
    expect(await release(scene.c, ada, { presence, before: { userStatus: 7 } })).toBe("kept");
  });

  it("has nothing to do when the person has left the company", async () => {
    const scene = createScene();
    const held = await take(scene);
    scene.fake.world.extensions.delete(ada);
    expect(await release(scene.c, ada, held)).toBe("kept");
  });
});

describe("when RingCentral fails", () => {
  const answers: [string, object, string][] = [
    ["throttles", { status: 429, headers: { "Retry-After": "9" } }, "platform_throttled"],
    ["is down", { status: 503 }, "platform_unavailable"],
    ["does not get the request", { drop: true }, "platform_unavailable"],
    [
      "misses a scope",
      { status: 403, body: { errors: [{ errorCode: "CMN-401", message: "" }] } },
      "platform_unauthorized",
    ],
  ];
  it.each(answers)("and %s while we write, nothing is held", async (_name, fault, code) => {
    const scene = createScene();
    scene.fake.fail.next({ path, method: "PUT", ...fault });
    await expect(take(scene)).rejects.toMatchObject({ code });
    expect(statusOf(scene)).toBe("Available");
  });

  it("to answer a write that it made, looking shows that we hold", async () => {
    const scene = createScene();
    scene.fake.fail.next({ path, method: "PUT", applyThenDrop: true });
    const held = await take(scene);
    scene.fake.fail.next({ path, method: "PUT", applyThenDrop: true });
    expect(await release(scene.c, ada, held)).toBe("released");
    expect(statusOf(scene)).toBe("Available");
  });

  it("to answer even the look, the hold is recognized next time by what was restorable before", async () => {
    const scene = createScene();
    const [report] = await read(scene.c, [ada]);
    const intent: Held = { presence: busy, ...(report?.restore ? { before: report.restore } : {}) };
    scene.fake.fail.next({ path, method: "PUT", applyThenDrop: true });
    scene.fake.fail.next({ path, method: "GET" });
    scene.fake.fail.next({ path, method: "GET", status: 503 });
    await expect(take(scene, intent)).rejects.toMatchObject({ code: "platform_unavailable" });
    expect(statusOf(scene)).toBe("Busy");
    const held = await take(scene, intent);
    expect(await release(scene.c, ada, held)).toBe("released");
    expect(statusOf(scene)).toBe("Available");
  });

  it("to apply what it accepted, we do not believe it", async () => {
    const scene = createScene();
    scene.fake.fail.next({ path, method: "PUT", status: 200, body: { userStatus: "Available" } });
    await expect(take(scene)).rejects.toMatchObject({ code: "platform_refused" });
  });

  it("an intent does not take the person's own Busy for ours", async () => {
    const scene = createScene();
    scene.fake.setUserStatus(ada, "Busy");
    const intent = { presence: busy, before: { userStatus: "Busy", dndStatus: "TakeAllCalls" } };
    await expect(take(scene, intent)).rejects.toMatchObject({ code: "conflict" });
  });
});

type Step =
  | { do: "hold" | "release" | "lose answer" }
  | { do: "choose"; status: UserStatus }
  | { do: "dnd"; on: boolean };

const steps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom<Step>({ do: "hold" }, { do: "release" }, { do: "lose answer" }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom<UserStatus>("Available", "Offline").map((status): Step => ({ do: "choose", status })),
    },
    { weight: 1, arbitrary: fc.boolean().map((on): Step => ({ do: "dnd", on })) },
  ),
  { maxLength: 14 },
);

/** Choosing Busy over our Busy is left out: RingCentral shows no difference, see the README. */
describe("any history of holds, choices and lost answers", () => {
  it("leaves the person with what they chose last", async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (history) => {
        const scene = createScene({ settings: { handling: "classic" }, limits: { Light: 1_000, Medium: 1_000 } });
        const chosen = { status: "Available", dnd: false };
        let held: Held | undefined;
        for (const step of history) {
          if (step.do === "choose") {
            scene.fake.setUserStatus(ada, step.status);
            Object.assign(chosen, { status: step.status, dnd: false });
          }
          if (step.do === "dnd") {
            scene.fake.setDnd(ada, step.on);
            chosen.dnd = step.on;
          }
          if (step.do === "lose answer") scene.fake.fail.next({ path, method: "PUT", applyThenDrop: true });
          if (step.do === "hold") held = await take(scene, held).catch(() => held);
          if (step.do === "release" && held) {
            await release(scene.c, ada, held);
            held = undefined;
          }
          expect(scene.fake.presenceOf(ada).dndStatus === "DoNotAcceptAnyCalls").toBe(chosen.dnd);
        }
        if (held) await release(scene.c, ada, held);
        expect(statusOf(scene)).toBe(chosen.status);
      }),
      { numRuns: 150 },
    );
  });
});
