import { createFakeMicrosoft } from "../../../adapters/teams/fake.ts";
import { createFakeContactCenter } from "../../../adapters/webhook/fake.ts";
import { applyPlan } from "../../admin/apply.ts";
import { planSchema } from "../../admin/plan.ts";
import { scopes } from "../../ctx.ts";
import { publicUrl, type TestService } from "../service.ts";

const secret = "whsec_c2Vjb25kLXRlbmFudC1zZWNyZXQtb2YtaXRz";
export const olga = { account: "agent-9", name: "Olga Neighbour", email: "olga@neighbour.test" };
export const pavel = {
  id: "7e4c1f6e-8a1b-4c2d-9e3f-0a1b2c3d4e99",
  name: "Pavel Neighbour",
  email: "pavel@neighbour.test",
};

export type SecondTenant = Awaited<ReturnType<typeof addSecondTenant>>;

/** Another company on the same service: a contact center, a directory, an agent, an expert and a consult under way. */
export async function addSecondTenant(service: TestService) {
  const { clock, toService, origins } = service;
  const apiKey = `pck_${"neighbour".repeat(5)}`;
  const agents = [{ id: olga.account, name: olga.name, emails: [olga.email] }];
  const center = createFakeContactCenter({ secret, clock, fetch: toService, agents });
  const microsoft = createFakeMicrosoft({
    clock,
    fetch: toService,
    origin: "https://neighbour-directory.test",
    tenantId: "99998a52-0c3e-4a57-8d0e-9a6a5a0f4c01",
    clientId: "99992b5e-51c5-4a3b-9d6e-1f0a7c3d2e10",
    users: [
      {
        id: pavel.id,
        displayName: pavel.name,
        userPrincipalName: pavel.email,
        mail: pavel.email,
        businessPhones: ["+46701740999"],
      },
    ],
  });
  microsoft.setUserStatus(pavel.id, "Available");
  service.centers.push(center);
  origins.set("https://neighbour-center.test", center.app);
  for (const origin of microsoft.origins) origins.set(origin, microsoft.app);
  const { tenantId } = await applyPlan(
    service.wired.service,
    planSchema.parse({
      tenant: { slug: "neighbour", name: "Neighbour" },
      connections: [
        {
          name: "Neighbour center",
          adapter: "webhook",
          settings: { commandUrl: "https://neighbour-center.test", secret },
        },
        { name: "Neighbour directory", adapter: "teams", settings: microsoft.settings() },
      ],
      apiKeys: [{ name: "neighbour", key: apiKey, scopes: [...scopes] }],
      experts: [{ email: pavel.email, skills: { plumbing: 5 } }],
    }),
  );
  const { body } = await service.ask("GET", "/v1/connections", { token: apiKey });
  const connection = (adapter: string) => body.items?.find((one) => one.adapter === adapter);
  center.sendEventsTo(String(connection("webhook")?.hookUrl));
  microsoft.setBotEndpoint(`${publicUrl}/teams/${connection("teams")?.id}/messages`);
  await service.pass(5_000);
  const call = center.startCall({ customer: { name: "Nina Customer" }, agent: olga.account });
  await service.settle();
  const desk = await service.ask("POST", "/v1/desk-tokens", {
    token: apiKey,
    body: { connection: "Neighbour center", account: olga.account },
  });
  return { tenantId, apiKey, center, microsoft, call, deskToken: String(desk.body.token) };
}
