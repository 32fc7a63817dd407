import { describe, expect, it } from "vitest";
import { ada, createScene, service, stranger } from "./fake/scene.ts";
import { inspect } from "./inspect.ts";
import { links } from "./links.ts";

const told = (feature: true | string) => {
  const { c, fake } = createScene();
  const extension = fake.world.extensions.get(ada);
  if (extension) extension.features = { VoipCalling: feature };
  return inspect(c, ada);
};

describe("how a person is set up in RingCentral", () => {
  it.each([
    [true, { phoneLicence: true }],
    ["ExtensionLimitation", { phoneLicence: false }],
    ["ServicePlanLimitation", { phoneLicence: false }],
    ["InsufficientPermissions", {}],
  ] as const)("says what RingCentral tells: %s", async (feature, seen) => expect(await told(feature)).toEqual(seen));

  it("says nothing where RingCentral tells nothing of another person", async () => {
    const { c } = createScene();
    expect(await inspect(c, ada)).toEqual({});
    expect(await inspect(c, service)).toEqual({ phoneLicence: true });
  });

  it.each([true, false])("on the new call handling says whether all calls go elsewhere: %s", async (forwardsAll) => {
    const { c, fake } = createScene({ callHandling: "new" });
    const extension = fake.world.extensions.get(ada);
    if (extension) extension.forwardsAll = forwardsAll;
    expect(await inspect(c, ada)).toEqual({ forwardsAll });
  });

  it("says nothing about forwarding where that may not be read, and tries again where it does not answer", async () => {
    const { c, fake } = createScene({ callHandling: "new" });
    fake.fail.next({ path: /comm-handling/, status: 404 });
    expect(await inspect(c, ada)).toEqual({});
    fake.fail.next({ path: /comm-handling/, status: 503 });
    await expect(inspect(c, ada)).rejects.toMatchObject({ code: "platform_unavailable" });
  });

  it("knows no strangers, and asks for the scope that it lacks", async () => {
    await expect(inspect(createScene().c, stranger)).rejects.toMatchObject({ code: "not_found" });
    const poor = createScene({ client: { scopes: ["TeamMessaging"] } });
    await expect(inspect(poor.c, ada)).rejects.toThrow("(ReadAccounts)");
  });
});

it("leads to a call with the colleague's number, and nowhere without", () => {
  const settings = createScene().c.settings;
  expect(links(settings, { phone: "+15125550102" })).toEqual({
    call: "https://app.ringcentral.com/r/call?number=%2B15125550102",
  });
  expect(links(settings, { address: "ada@example.com" })).toEqual({});
});
