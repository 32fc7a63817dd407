import { describe, expect, it } from "vitest";
import { jonas, marta, stranger, useMicrosoft } from "./fake/test-world.ts";
import { inspect } from "./inspect.ts";

const microsoft = useMicrosoft();
const plan = { servicePlanId: "4828c8ec-dc2e-4779-b502-87ac9ce28ab7", capabilityStatus: "Enabled" };

describe("how an account is set up", () => {
  it("is told by the person's plans: an enabled Teams Phone licence, or none", async () => {
    const { fake, connect } = microsoft.world;
    fake.updateUser(jonas.id, { assignedPlans: [plan] });
    fake.updateUser(marta.id, { assignedPlans: [{ ...plan, capabilityStatus: "Suspended" }] });
    expect(await inspect(connect(), jonas.id)).toMatchObject({ phoneLicence: true });
    expect(await inspect(connect(), marta.id)).toMatchObject({ phoneLicence: false });
  });

  it.each([
    { numbersRing: "elsewhere" as const },
    { phoneFrom: "mobilePhone" as const },
  ])("says nothing of a licence where the number is none of Teams: %o", async (settings) => {
    const { fake, connect } = microsoft.world;
    fake.updateUser(jonas.id, { assignedPlans: [] });
    expect(await inspect(connect(settings), jonas.id)).not.toHaveProperty("phoneLicence");
  });

  it("is not told of who has left, whatever the settings", async () => {
    const { connect } = microsoft.world;
    await expect(inspect(connect(), stranger)).rejects.toMatchObject({ code: "not_found" });
    await expect(inspect(connect({ numbersRing: "elsewhere" }), stranger)).rejects.toMatchObject({ code: "not_found" });
  });
});
