import type { Clock } from "../../../src/testing/clock.ts";

export type ChannelState = "Down" | "Ring" | "Ringing" | "Up";

export type FakeChannel = {
  id: string;
  /** `PJSIP/alice-00000001`. */
  name: string;
  /** `PJSIP/alice`: whose line it is. */
  endpoint: string;
  /** What was dialled, for channels that we made: a number, a SIP address, or the endpoint itself. */
  address: string;
  state: ChannelState;
  caller: { name: string; number: string };
  /** Whom its phone shows. */
  connected: { name: string; number: string };
  /** It keeps what it was told by us, whomever it is with. */
  isConnectedKept?: boolean;
  createdAt: Date;
  variables: Map<string, string>;
  /** The ARI application in whose hands it is. */
  app?: string;
  /** What `Stasis()` was called with, or what the dialplan does now. */
  doing: { name: string; data: string };
  bridge?: string;
  /** Made by ARI: it can be dialled, once. */
  isCreated: boolean;
  isDialled: boolean;
  /** Music played to this very channel by /hold or /moh: it hears nothing else, and is still heard. */
  hasMusic: boolean;
  isMuted: boolean;
  /** In a conference of the dialplan's own, out of our reach. */
  apart?: string;
  /** Calls off what its phone was going to do. */
  timers: (() => void)[];
};

export type FakeBridge = {
  id: string;
  name: string;
  type: "mixing" | "holding";
  technology: string;
  channels: string[];
  createdAt: Date;
};

export type FakeEvent = { type: string; [member: string]: unknown };

export type World = ReturnType<typeof createWorld>;

/** What Asterisk keeps, and its two ways of happening: at once, or `lag` requests later. */
export function createWorld(clock: Clock, lag: number) {
  const channels = new Map<string, FakeChannel>();
  const bridges = new Map<string, FakeBridge>();
  const later: { left: number; run: () => void }[] = [];
  const counted = { channels: 0, calls: 0, dials: 0 };

  return {
    clock,
    channels,
    bridges,
    counted,
    /** Asterisk answers before it has acted: its threads come round to it a little later. */
    soon(run: () => void): void {
      if (lag === 0) run();
      else later.push({ left: lag, run });
    },
    /** A request has come: time for what earlier ones have begun. */
    tick(): void {
      for (const one of [...later]) {
        if (--one.left > 0) continue;
        later.splice(later.indexOf(one), 1);
        one.run();
      }
    },
    /** What has begun is done now. */
    catchUp(): void {
      for (const { run } of later.splice(0)) run();
    },
    newName(endpoint: string): string {
      return `${endpoint}-${(counted.channels++).toString(16).padStart(8, "0")}`;
    },
    newId: (): string => `${Math.floor(clock.now().getTime() / 1000)}.${counted.calls++}`,
  };
}

/** Asterisk writes its zone without a colon. */
export const instant = (at: Date): string => at.toISOString().replace("Z", "+0000");

export const toChannel = (one: FakeChannel) => ({
  id: one.id,
  name: one.name,
  state: one.state,
  protocol_id: `${one.name}@fake`,
  caller: one.caller,
  connected: one.connected,
  accountcode: "",
  dialplan: { context: "patchcord", exten: "s", priority: 1, app_name: one.doing.name, app_data: one.doing.data },
  creationtime: instant(one.createdAt),
  language: "en",
});

export const toBridge = (one: FakeBridge) => ({
  id: one.id,
  technology: one.technology,
  bridge_type: one.type,
  bridge_class: "stasis",
  creator: "Stasis",
  name: one.name,
  channels: [...one.channels],
  creationtime: instant(one.createdAt),
  video_mode: "talker",
});
