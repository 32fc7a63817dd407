/** The customer's own dialplan, as the README shows it: calls come in, find an agent, and are handed over. */
import type { Lines } from "./lines.ts";
import type { FakeChannel, World } from "./world.ts";

export type NewCall = {
  customer?: { name?: string; number?: string };
  /** The agent's account and phone. */
  agent: { account: string; endpoint: string };
  attributes?: Record<string, string>;
};

export function createDialplan(world: World, lines: Lines, app: string) {
  const { channels } = world;

  const enter = (endpoint: string, caller: FakeChannel["caller"]): FakeChannel => {
    const channel: FakeChannel = {
      id: world.newId(),
      name: world.newName(endpoint),
      endpoint,
      address: endpoint,
      state: "Up",
      caller,
      connected: { name: "", number: "" },
      createdAt: world.clock.now(),
      variables: new Map(),
      doing: { name: "", data: "" },
      isCreated: false,
      isDialled: false,
      hasMusic: false,
      isMuted: false,
      timers: [],
    };
    channels.set(channel.id, channel);
    return channel;
  };

  /** `Stasis()`, and what comes after it when nobody is there to take the call: the two talk all the same. */
  const handOver = (channel: FakeChannel, args: string, conference: string): void => {
    if (lines.enterApp(channel, app, args)) return;
    channel.variables.set("STASISSTATUS", "FAILED");
    channel.doing = { name: "ConfBridge", data: conference };
    channel.apart = conference;
  };

  return {
    /** A customer and the agent who has answered are handed to us. Answers the customer's channel. */
    startCall({ customer = {}, agent, attributes = {} }: NewCall): string {
      const { name = "", number = "+33600000001" } = customer;
      const caller = enter("PJSIP/outside", { name, number });
      const called = enter(agent.endpoint, { name: agent.account, number: "" });
      const pairs = Object.entries(attributes).map(([key, value]) => `${key}=${encodeURIComponent(value)}`);
      handOver(caller, [caller.id, "customer", ...pairs].join(","), caller.id);
      handOver(called, [caller.id, "agent", agent.account].join(","), caller.id);
      return caller.id;
    },
    /** One channel alone calls Stasis() with these arguments. */
    startLeg(endpoint: string, args: (channel: string) => string): string {
      const channel = enter(endpoint, { name: "", number: "+33600000002" });
      handOver(channel, args(channel.id), channel.id);
      return channel.id;
    },
    /** `/continue`: the dialplan goes on after Stasis(), here to a queue. */
    goOn(channel: FakeChannel): void {
      lines.leaveApp(channel);
      channel.variables.set("STASISSTATUS", "SUCCESS");
      channel.doing = { name: "Queue", data: "support" };
    },
  };
}
export type Dialplan = ReturnType<typeof createDialplan>;
