/** Calls through `@azure/communication-calling`: the only file that knows the library. */
import type * as Library from "@azure/communication-calling";
import {
  type Call,
  type CallAgent,
  type CallNews,
  CallTrouble,
  type DeviceKind,
  type Devices,
  type JoinWish,
  within,
} from "./call-agent.ts";
import { credentialOf } from "./credential.ts";
import { runCall } from "./library-call.ts";
import { obstacleTo } from "./obstacles.ts";

export type Sdk = typeof Library;

/** How long each step may take: the library waits for ever where the service cannot be reached. */
export type Patience = { startMs: number; devicesMs: number; agentMs: number; disposeMs: number };
export const patience: Patience = { startMs: 15_000, devicesMs: 5_000, agentMs: 25_000, disposeMs: 3_000 };

/** @throws CallTrouble `browser` where the library refuses to work. */
export async function openLibrary(sdk: Sdk, times: Patience = patience): Promise<CallAgent> {
  const client = new sdk.CallClient({ diagnostics: { appName: "patchcord" } });
  const manager = await within(times.startMs, client.getDeviceManager()).catch((error: unknown) => {
    void client.dispose().catch(() => {});
    throw error instanceof CallTrouble ? error : new CallTrouble("browser", error);
  });
  const list = () => listDevices(manager, times.devicesMs, camera);
  let camera: string | undefined;
  let agent: Promise<Library.CallAgent> | undefined;
  let isDisposed = false;

  async function signIn({ token, renew, name }: JoinWish): Promise<Library.CallAgent> {
    agent ??= client.createCallAgent(credentialOf(token, renew), name ? { displayName: name } : {});
    // An agent that comes after its time, or after we have gone, is let go when it comes.
    agent.then(
      (made) => (isDisposed ? made.dispose() : undefined),
      () => {},
    );
    return within(times.agentMs, agent).catch((error: unknown) => {
      throw error instanceof CallTrouble ? error : new CallTrouble(isRefusal(error) ? "sign-in" : "unreachable", error);
    });
  }

  async function cameraStream(): Promise<Library.LocalVideoStream> {
    const { video } = await manager.askDevicePermission({ audio: false, video: true });
    if (!video) throw new CallTrouble(`camera-${(await obstacleTo("camera")) ?? "refused"}`);
    const all = await within(times.devicesMs, manager.getCameras());
    const chosen = all.find(({ id }) => id === camera) ?? all[0];
    if (!chosen) throw new CallTrouble("camera-none");
    camera = chosen.id;
    return new sdk.LocalVideoStream(chosen);
  }

  return {
    async askMicrophone() {
      const { audio } = await manager
        .askDevicePermission({ audio: true, video: false })
        .catch(() => ({ audio: false }));
      if (!audio) throw new CallTrouble(`microphone-${(await obstacleTo("microphone")) ?? "refused"}`);
      return list();
    },
    async use(kind: DeviceKind, id: string): Promise<Devices> {
      if (kind === "camera") camera = id;
      else await choose(manager, kind, id, times.devicesMs);
      return list();
    },
    async join(wish: JoinWish, news: (news: CallNews) => void): Promise<Call> {
      const signedIn = await signIn(wish);
      const video = wish.isCameraOn ? await cameraStream() : undefined;
      const options: Library.JoinCallOptions = {
        audioOptions: { muted: !wish.isMicrophoneOn },
        ...(video && { videoOptions: { localVideoStreams: [video] } }),
      };
      const { place } = wish;
      const begin = () =>
        place.way === "meeting"
          ? signedIn.join({ meetingLink: place.url }, options)
          : signedIn.startCall([{ microsoftTeamsUserId: place.account }], options);
      const call = tried(begin);
      return runCall({ sdk, call, news, video, cameraStream, manager, list });
    },
    async dispose() {
      if (isDisposed) return;
      isDisposed = true;
      const quietly = (work: Promise<unknown> | undefined) => work?.catch(() => {});
      await quietly(
        agent &&
          within(
            times.disposeMs,
            agent.then((made) => made.dispose()),
          ),
      );
      await quietly(within(times.disposeMs, client.dispose()));
    },
  };
}

async function choose(manager: Library.DeviceManager, kind: "microphone" | "speaker", id: string, ms: number) {
  const isMicrophone = kind === "microphone";
  const all = await within(ms, isMicrophone ? manager.getMicrophones() : manager.getSpeakers());
  const device = all.find((each) => each.id === id);
  if (!device) throw new CallTrouble("microphone-none");
  await within(ms, isMicrophone ? manager.selectMicrophone(device) : manager.selectSpeaker(device));
}

async function listDevices(manager: Library.DeviceManager, ms: number, camera: string | undefined): Promise<Devices> {
  const nothing = () => [];
  const [microphones, speakers, cameras] = await Promise.all([
    within(ms, manager.getMicrophones()).catch(nothing),
    manager.isSpeakerSelectionAvailable ? within(ms, manager.getSpeakers()).catch(nothing) : [],
    within(ms, manager.getCameras()).catch(nothing),
  ]);
  const all = (devices: readonly { id: string; name: string }[]) => devices.map(({ id, name }) => ({ id, name }));
  const used = (id: string | undefined) => (id === undefined ? {} : { used: id });
  return {
    microphone: { all: all(microphones), ...used(manager.selectedMicrophone?.id) },
    speaker: { all: all(speakers), ...used(manager.selectedSpeaker?.id) },
    camera: { all: all(cameras), ...used(camera ?? cameras[0]?.id) },
  };
}

/** A token that is not taken; anything else is a service that cannot be reached. */
const isRefusal = (error: unknown): boolean => {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  return code === 401 || code === 403 || /token/i.test(String(message));
};

/** A link or a colleague that the library does not take is as good as one that cannot be reached. */
function tried<Begun>(begin: () => Begun): Begun {
  try {
    return begin();
  } catch (error) {
    throw new CallTrouble("unreachable", error);
  }
}
