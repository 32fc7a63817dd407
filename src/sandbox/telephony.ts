/** The company's telephones: which leg rings or talks on which, and what the platforms make of it. */
import type { Party } from "../platform/contract.ts";
import { type Phone, phones } from "./company.ts";
import type { Platforms } from "./platforms.ts";
import type { ExpertPlatform } from "./protocol.ts";

export type LegAtPhone = { call: string; party: Pick<Party, "ref" | "state"> };

const isRinging = (state: Party["state"] | undefined) => state === "ringing";
const isTalking = (state: Party["state"] | undefined) => state === "connected" || state === "held";

export type Telephony = ReturnType<typeof createTelephony>;

/**
 * A person whose phone is on a call shows so on their own platform, as the real ones do: Teams by the person's own
 * session, RingCentral by the state of the phone. `follow` is to be called after each change of a call.
 */
export function createTelephony({ contactCenter, microsoft, ringcentral }: Platforms) {
  /** Calls of their own, by account; with the platform's id of the call where it has one. */
  const own = new Map<string, string>();
  const shownAt = new Map<string, { state: Party["state"]; id: string }>();

  function legAt(phone: Phone): LegAtPhone | undefined {
    for (const { ref: call, state, parties } of contactCenter.interactions()) {
      if (state === "ended") continue;
      const here = parties.filter((party) => contactCenter.rang(party.ref).address === phone.number);
      const party = here.find((one) => isRinging(one.state) || isTalking(one.state));
      if (party) return { call, party };
    }
    return undefined;
  }

  function followTeams(phone: Phone, before: Party["state"] | undefined, now: Party["state"] | undefined): void {
    if (isTalking(now) && !isTalking(before)) microsoft.startCall(phone.owner);
    else if (isTalking(before) && !isTalking(now) && !own.has(phone.owner)) microsoft.endCall(phone.owner);
  }

  function followRingCentral(phone: Phone, id: string | undefined, now: Party["state"] | undefined): string {
    const wanted = isTalking(now) ? "CallConnected" : "Ringing";
    if (id && now) ringcentral.changeCall(phone.owner, id, wanted);
    else if (id) ringcentral.endCall(phone.owner, id);
    else return ringcentral.startCall(phone.owner, { telephonyStatus: wanted, to: phone.number });
    return id;
  }

  function followPhone(phone: Phone): void {
    const before = shownAt.get(phone.number);
    const now = legAt(phone)?.party.state;
    if (before?.state === now) return;
    const id = phone.platform === "ringcentral" ? followRingCentral(phone, before?.id, now) : "";
    if (phone.platform === "teams") followTeams(phone, before?.state, now);
    if (now) shownAt.set(phone.number, { state: now, id });
    else shownAt.delete(phone.number);
  }

  return {
    legAt,
    follow: () => phones.forEach(followPhone),
    isOnOwnCall: (account: string): boolean => own.has(account),
    ownCalls: (): string[] => [...own.keys()],
    startOwnCall(platform: ExpertPlatform, account: string): void {
      if (own.has(account)) return;
      own.set(account, platform === "ringcentral" ? ringcentral.startCall(account) : "");
      if (platform === "teams") microsoft.startCall(account);
    },
    endOwnCall(platform: ExpertPlatform, account: string): void {
      const id = own.get(account);
      if (id === undefined) return;
      own.delete(account);
      const phone = phones.find((one) => one.owner === account);
      const isTalkingToo = phone !== undefined && isTalking(shownAt.get(phone.number)?.state);
      if (platform === "ringcentral") ringcentral.endCall(account, id);
      else if (!isTalkingToo) microsoft.endCall(account);
    },
  };
}
