import { createFakeAsterisk } from "../../../adapters/asterisk/fake.ts";
import { type CenterMaker, soundOf } from "./stage.ts";

const account = "agent-1";
const endpoint = "PJSIP/agent-1";
const signIn = { username: "patchcord", password: "pass-word" };

export const asteriskStage: CenterMaker = ({ clock, agent, servedAt = "https://pbx.test" }) => {
  const fake = createFakeAsterisk({ ...signIn, clock, endpoints: [endpoint, "PJSIP/trunk"] });
  const agentLegs = new Map<string, string>();
  const isExpert = (id: string) => id.startsWith("patchcord-leg-");
  const alive = (id: string) => fake.channels().find((one) => one.id === id);
  /** The experts' legs in this call's rooms. */
  const expertsOf = (call: string) =>
    fake
      .bridges()
      .filter(({ id }) => id.endsWith(call))
      .flatMap(({ channels }) => channels)
      .filter(isExpert);
  const expertOf = (call: string) => expertsOf(call)[0] ?? "";
  const ringingOf = (call: string) => expertsOf(call).find((id) => alive(id)?.state === "Ringing");
  const roleOf = (id: string) =>
    isExpert(id) ? "expert" : [...agentLegs.values()].includes(id) ? "agent" : "customer";
  const sound = (id: string) => {
    const channel = alive(id);
    if (!channel) return "gone";
    if (channel.state === "Ringing") return "ringing";
    return soundOf(fake.hears()[id], roleOf);
  };
  const agentOf = (call: string) => agentLegs.get(call) ?? "";
  return {
    adapter: "asterisk",
    settings: {
      ...signIn,
      ariUrl: `${servedAt}/ari`,
      agents: [{ id: account, name: agent.name, email: agent.email, endpoint }],
      phoneEndpoint: "PJSIP/{number}@trunk",
    },
    agent: account,
    origins: { "https://pbx.test": fake.app },
    openSocket: fake.connect,
    isHeard: fake.isHeard,
    startCall() {
      const before = new Set(fake.channels().map(({ id }) => id));
      const call = fake.startCall({ customer: { name: "Erik" }, agent: { account, endpoint } });
      const other = fake.channels().find(({ id }) => id !== call && !before.has(id));
      agentLegs.set(call, other?.id ?? "");
      return call;
    },
    hear: (call) => ({ customer: sound(call), agent: sound(agentOf(call)), expert: sound(expertOf(call)) }),
    shows(call) {
      const shown = fake.shows(expertOf(call));
      return shown === account ? "agent" : shown === "Erik" ? "customer" : shown;
    },
    expert: {
      answers: (call) => fake.answer(expertOf(call)),
      refuses: (call) => fake.refuse(expertOf(call), 603),
      hangsUp: (call) => fake.hangUp(expertOf(call)),
    },
    second: {
      rings: (call) => ringingOf(call) !== undefined,
      answers: (call) => fake.answer(ringingOf(call) ?? ""),
    },
    customerHangsUp: fake.hangUp,
    agentHangsUp: (call) => fake.hangUp(agentOf(call)),
    dials: fake.dials,
    faults: fake.faults,
    acts: /\/(create|dial|addChannel|variable|continue)$|\/channels\/[^/]+$/,
    idle: async () => {},
  };
};
