/** What happens to channels: entering and leaving applications and bridges, ringing, answering, ending. */
import type { Apps } from "./apps.ts";
import { type FakeBridge, type FakeChannel, toBridge, toChannel, type World } from "./world.ts";

/** Q.850 cause and the status of the last Dial event, per SIP answer; observed on 22.10.1. */
const causes: Readonly<Record<number, [cause: number, dialStatus: string]>> = {
  486: [17, "BUSY"],
  480: [19, "NOANSWER"],
  404: [1, "NOANSWER"],
  403: [21, "NOANSWER"],
  603: [21, "NOANSWER"],
  503: [34, "CONGESTION"],
  302: [23, "CANCEL"],
};

export type Lines = ReturnType<typeof createLines>;

export function createLines(world: World, apps: Apps) {
  const { channels, bridges } = world;

  const technologyOf = ({ type, channels: inside }: FakeBridge): string =>
    type === "holding" ? "holding_bridge" : inside.length > 2 ? "softmix" : "simple_bridge";

  /** Of two who are alone with each other each is shown the other; of more nobody learns anything new. As on 22.10.1. */
  const introduce = ({ type, channels: inside }: FakeBridge): void => {
    const [one, other, ...more] = inside.flatMap((id) => channels.get(id) ?? []);
    if (type === "holding" || !one || !other || more.length > 0) return;
    for (const [shown, to] of [[one, other] as const, [other, one] as const])
      if (!to.isConnectedKept) to.connected = shown.caller;
  };

  const leaveBridge = (channel: FakeChannel): void => {
    const bridge = channel.bridge === undefined ? undefined : bridges.get(channel.bridge);
    delete channel.bridge;
    if (!bridge) return;
    bridge.channels = bridge.channels.filter((id) => id !== channel.id);
    apps.tell("ChannelLeftBridge", { channel, bridge });
    bridge.technology = technologyOf(bridge);
    introduce(bridge);
  };

  const enterBridge = (channel: FakeChannel, bridge: FakeBridge): void => {
    if (!channels.has(channel.id) || !bridges.has(bridge.id)) return;
    if (channel.bridge !== undefined) leaveBridge(channel);
    channel.bridge = bridge.id;
    bridge.channels.push(channel.id);
    // The event still names the technology of before; a GET straight after names the new one.
    apps.tell("ChannelEnteredBridge", { channel, bridge });
    bridge.technology = technologyOf(bridge);
    introduce(bridge);
  };

  const leaveApp = (channel: FakeChannel): void => {
    if (channel.bridge !== undefined) leaveBridge(channel);
    if (channel.app === undefined) return;
    apps.tell("StasisEnd", { channel });
    delete channel.app;
    channel.doing = { name: "", data: "" };
  };

  /** Calls of the dialplan's are forgotten by the application when they leave it: it is not told of their end. */
  const end = (channel: FakeChannel, cause: number, sip?: number): void => {
    if (!channels.has(channel.id)) return;
    for (const cancel of channel.timers.splice(0)) cancel();
    leaveApp(channel);
    channels.delete(channel.id);
    const more = { cause, cause_txt: "", ...(sip === undefined ? {} : { tech_cause: sip }) };
    apps.tell("ChannelDestroyed", { channel }, more);
  };

  const setState = (channel: FakeChannel, state: FakeChannel["state"]): void => {
    if (channel.state === state) return;
    channel.state = state;
    apps.tell("ChannelStateChange", { channel });
  };

  /** `Stasis(app,args)`. Answers whether the application took it: nobody listens, nobody takes. */
  const enterApp = (channel: FakeChannel, app: string, args: string): boolean => {
    if (!apps.isActive(app)) return false;
    channel.app = app;
    channel.doing = { name: "Stasis", data: args === "" ? app : `${app},${args}` };
    apps.tell("StasisStart", { channel }, { args: args === "" ? [] : args.split(",") });
    return true;
  };

  return {
    enterApp,
    leaveApp,
    enterBridge,
    leaveBridge,
    end,
    setState,
    /** The phone at the other end says no, before it was answered. */
    fail(channel: FakeChannel, sip: number): void {
      const [cause, dialstatus] = causes[sip] ?? [38, "CHANUNAVAIL"];
      if (channel.isDialled) apps.tell("Dial", { channel }, { peer: toChannel(channel), dialstatus });
      end(channel, cause, sip);
    },
    closeBridge(bridge: FakeBridge): void {
      for (const id of [...bridge.channels]) {
        const channel = channels.get(id);
        if (channel) leaveBridge(channel);
      }
      bridges.delete(bridge.id);
      for (const { name } of apps.all()) apps.send(name, { type: "BridgeDestroyed", bridge: toBridge(bridge) });
    },
  };
}
