import {
  everybody,
  type FakeCall,
  type FakePresence,
  isDnd,
  presenceStatusOf,
  type TelephonyStatus,
  telephonyStatusOf,
  type UserStatus,
} from "./presences.ts";
import type { Subscriptions } from "./subscriptions.ts";
import { extensionOf, type FakeExtension, type World } from "./world.ts";

/** What people do in their own app and on their phones. */
export function createPeopleControls(world: World, subscriptions: Subscriptions) {
  /** Numbers the change and tells who watches. */
  function changed(extension: string, isPhoneChanged: boolean): void {
    world.presences.of(extension).sequence += 1;
    world.changed({ kind: "presence", extension });
    subscriptions.publish(extension, isPhoneChanged);
  }
  function change(extension: string, act: (presence: FakePresence) => void): void {
    const presence = world.presences.of(extensionOf(world, extension).id);
    const before = telephonyStatusOf(presence);
    act(presence);
    changed(extension, telephonyStatusOf(presence) !== before);
  }

  return {
    changed,
    controls: {
      extensions: (): FakeExtension[] => [...world.extensions.values()],
      addExtension: (extension: FakeExtension): void => void world.extensions.set(extension.id, { ...extension }),
      updateExtension: (id: string, changes: Partial<FakeExtension>): void =>
        void Object.assign(extensionOf(world, id), changes),
      removeExtension: (id: string): void => void world.extensions.delete(id),
      /** What colleagues see in the app: Do Not Disturb before everything, then the sum of all. */
      userSees(extension: string): { availability: string; activity: string } {
        const presence = world.presences.of(extensionOf(world, extension).id);
        const phone = telephonyStatusOf(presence);
        return {
          availability: isDnd(presence) ? "DoNotDisturb" : presenceStatusOf(presence),
          activity: phone === "NoCall" ? (presence.isInMeeting ? "InMeeting" : "") : phone,
        };
      },
      presenceOf: (extension: string): Readonly<FakePresence> => world.presences.of(extensionOf(world, extension).id),
      /** As the app writes it: choosing a status ends Do Not Disturb. */
      setUserStatus: (extension: string, userStatus: UserStatus) =>
        change(extension, (one) => Object.assign(one, { userStatus, dndStatus: one.dndStatusBefore })),
      setDnd: (extension: string, isOn: boolean) =>
        change(extension, (one) => Object.assign(one, { dndStatus: isOn ? everybody : one.dndStatusBefore })),
      setHidden: (extension: string, isHidden: boolean) =>
        change(extension, (one) => Object.assign(one, { allowSeeMyPresence: !isHidden })),
      setMeeting: (extension: string, isInMeeting: boolean) =>
        change(extension, (one) => Object.assign(one, { isInMeeting })),
      /** A word that RingCentral has invented since. */
      inventStatus: (extension: string, invented: string) =>
        change(extension, (one) => Object.assign(one, { invented })),
      startCall(
        extension: string,
        call: Partial<Pick<FakeCall, "direction" | "from" | "to" | "telephonyStatus">> = {},
      ): string {
        const started = world.presences.newCall(call);
        change(extension, (one) => one.calls.push(started));
        return started.id;
      },
      changeCall: (extension: string, id: string, telephonyStatus: TelephonyStatus) =>
        change(extension, (one) => {
          const call = one.calls.find((known) => known.id === id);
          if (!call) throw new Error(`the fake knows no call ${id}`);
          call.telephonyStatus = telephonyStatus;
        }),
      /** Without an id: all of them. */
      endCall: (extension: string, id?: string) =>
        change(extension, (one) => {
          one.calls = one.calls.filter((call) => id !== undefined && call.id !== id);
        }),
    },
  };
}
