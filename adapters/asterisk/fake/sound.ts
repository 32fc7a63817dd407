import type { FakeChannel, World } from "./world.ts";

/** What somebody hears: others by their channel, music, the tone of a phone that rings. Silence is none of them. */
export type Hearing = { hears: string[]; music: boolean; ringing: boolean };

const nothing: Hearing = { hears: [], music: false, ringing: false };

/** The audio graph. Music to one channel (/hold, /moh) drowns the others for that one, and for nobody else. */
export function hearing({ channels, bridges }: World): Record<string, Hearing> {
  const others = (one: FakeChannel): FakeChannel[] => {
    const bridge = one.bridge === undefined ? undefined : bridges.get(one.bridge);
    const inside = bridge?.type === "mixing" ? bridge.channels : [];
    const apart = [...channels.values()].filter(({ apart }) => apart !== undefined && apart === one.apart);
    const found = [...inside.map((id) => channels.get(id)), ...apart];
    return found.filter((other): other is FakeChannel => other !== undefined && other.id !== one.id);
  };
  const of = (one: FakeChannel): Hearing => {
    if (one.state !== "Up") return nothing;
    if (one.hasMusic || bridges.get(one.bridge ?? "")?.type === "holding") return { ...nothing, music: true };
    const company = others(one);
    return {
      hears: company.filter(({ state, isMuted }) => state === "Up" && !isMuted).map(({ id }) => id),
      music: false,
      ringing: company.some(({ state }) => state === "Ringing"),
    };
  };
  return Object.fromEntries([...channels.values()].map((one) => [one.id, of(one)]));
}
