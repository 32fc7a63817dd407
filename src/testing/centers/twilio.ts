import { createFakeTwilio } from "../../../adapters/twilio/fake.ts";
import { type CenterMaker, soundOf } from "./stage.ts";

const account = `WK${"1".repeat(32)}`;

export const twilioStage: CenterMaker = ({ clock, toService, agent, servedAt }) => {
  const workers = [{ sid: account, name: agent.email, attributes: { email: agent.email, full_name: agent.name } }];
  const fake = createFakeTwilio({ workers, clock, fetch: toService });
  const ringing = new Map<string, string>();
  const legs = (call: string): Record<string, string> => {
    const task = fake.tasks().find(({ sid }) => sid === call);
    const { customer = "", worker = "" } = JSON.parse(task?.attributes ?? "{}").conference?.participants ?? {};
    return { customer, agent: worker };
  };
  const expertOf = (call: string) => ringing.get(call) ?? "";
  const roleOf = (call: string) => (sid: string) =>
    Object.entries(legs(call)).find(([, leg]) => leg === sid)?.[0] ?? "expert";
  const sound = (call: string, sid: string) => {
    const found = fake.calls().find((one) => one.sid === sid);
    if (found?.status === "queued" || found?.status === "ringing") return "ringing";
    if (found?.status !== "in-progress") return "gone";
    return soundOf(fake.hears(call)[sid], roleOf(call));
  };
  let latest = "";
  fake.onRing(({ call }) => ringing.set(latest, call));
  return {
    adapter: "twilio",
    settings: { ...fake.settings(servedAt), machineDetection: true },
    agent: account,
    origins: {
      "https://api.twilio.com": fake.app,
      "https://taskrouter.twilio.com": fake.app,
      "https://events.twilio.com": fake.app,
      "https://iam.twilio.com": fake.app,
    },
    startCall() {
      latest = fake.startCall({ customer: { name: "Erik" }, agent: account });
      return latest;
    },
    hear: (call) => ({
      customer: sound(call, legs(call).customer ?? ""),
      agent: sound(call, legs(call).agent ?? ""),
      expert: sound(call, expertOf(call)),
    }),
    shows: (call) => fake.calls().find(({ sid }) => sid === expertOf(call))?.from,
    expert: {
      answers: (call) => fake.answer(expertOf(call)),
      refuses: (call) => void fake.decline(expertOf(call)),
      hangsUp: (call) => fake.hangUp(expertOf(call)),
      voicemail: (call) => fake.voicemail(expertOf(call)),
    },
    second: {
      rings: (call) => sound(call, expertOf(call)) === "ringing",
      answers: (call) => fake.answer(expertOf(call)),
    },
    customerHangsUp: fake.customerHangsUp,
    agentHangsUp: fake.agentHangsUp,
    dials: fake.dials,
    faults: fake.faults,
    acts: /\/(Participants|Calls|Conferences)(\/[^/]+)?\.json$/,
    idle: fake.idle,
  };
};
