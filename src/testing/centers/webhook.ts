import { createFakeContactCenter } from "../../../adapters/webhook/fake.ts";
import { type CenterMaker, soundOf } from "./stage.ts";

const secret = "whsec_dGVzdC1zZWNyZXQtb2YtdGhlLXN0YWdlLWNlbnRlcg==";
const account = "agent-1";

export const webhookStage: CenterMaker = ({ clock, toService, agent, servedAt = "https://stage.test" }) => {
  const agents = [{ id: account, name: agent.name, emails: [agent.email] }];
  const fake = createFakeContactCenter({ secret, clock, fetch: toService, agents });
  const partyOf = (call: string, role: string) => fake.interaction(call).parties.findLast((one) => one.role === role);
  const refOf = (call: string, role: string) => partyOf(call, role)?.ref ?? "";
  const roleOf = (call: string) => (ref: string) =>
    fake.interaction(call).parties.find((one) => one.ref === ref)?.role ?? "system";
  const sound = (call: string, role: string) => {
    const party = partyOf(call, role);
    if (!party || party.state === "left" || party.state === "failed") return "gone";
    if (party.state === "dialing" || party.state === "ringing") return "ringing";
    return soundOf(fake.hears(call)[party.ref], roleOf(call));
  };
  return {
    adapter: "webhook",
    settings: { commandUrl: servedAt, secret },
    agent: account,
    origins: { "https://stage.test": fake.app },
    sendEventsTo: fake.sendEventsTo,
    startCall: () => fake.startCall({ customer: { name: "Erik" }, agent: account }),
    hear: (call) => ({
      customer: sound(call, "customer"),
      agent: sound(call, "agent"),
      expert: sound(call, "expert"),
    }),
    expert: {
      answers: (call) => fake.answer(refOf(call, "expert")),
      refuses: (call) => fake.decline(refOf(call, "expert")),
      hangsUp: (call) => fake.hangUp(refOf(call, "expert")),
      voicemail: (call) => fake.voicemail(refOf(call, "expert")),
    },
    second: {
      rings: (call) => sound(call, "expert") === "ringing",
      answers: (call) => fake.answer(refOf(call, "expert")),
    },
    customerHangsUp: fake.customerHangsUp,
    agentHangsUp: fake.agentHangsUp,
    dials: fake.dials,
    faults: fake.faults,
    acts: /\/commands$/,
    idle: fake.idle,
  };
};
