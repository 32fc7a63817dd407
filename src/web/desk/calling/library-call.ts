/** One call of the library: its events become news, our acts become its methods. */
import type * as Library from "@azure/communication-calling";
import {
  type Call,
  type CallNews,
  CallTrouble,
  type Devices,
  type Person,
  type Picture,
  type Place,
} from "./call-agent.ts";
import { endingOf } from "./endings.ts";
import { obstacleOf } from "./obstacles.ts";

type Parts = {
  sdk: typeof Library;
  call: Library.Call;
  news: (news: CallNews) => void;
  video: Library.LocalVideoStream | undefined;
  cameraStream(): Promise<Library.LocalVideoStream>;
  manager: Library.DeviceManager;
  list(): Promise<Devices>;
};

const places: Partial<Record<Library.CallState, Place>> = {
  None: "connecting",
  Connecting: "connecting",
  EarlyMedia: "ringing",
  Ringing: "ringing",
  InLobby: "lobby",
  Connected: "in",
  LocalHold: "held",
  RemoteHold: "held",
};

export function runCall({ sdk, call, news, video, cameraStream, manager, list }: Parts): Call {
  let stream = video;
  let isLeaving = false;
  let isOver = false;

  const lookAtState = () => {
    const place = places[call.state];
    if (place) news({ type: "place", place });
    if (call.state === "Connected") lookForCaptions();
    if (call.state === "Disconnected") end();
  };
  const end = () => {
    if (isOver) return;
    isOver = true;
    manager.off("audioDevicesUpdated", lookAtDevices);
    manager.off("videoDevicesUpdated", lookAtDevices);
    stream?.dispose();
    news({ type: "over", ending: endingOf(call.callEndReason, isLeaving) });
  };
  const lookAtDevices = () =>
    void list().then(
      (devices) => news({ type: "devices", devices }),
      () => {},
    );
  const { lookAtPeople } = watchPeople(sdk, call, news);
  const captions = captionsOf(sdk, call, news);
  const lookForCaptions = captions.look;

  call.on("stateChanged", lookAtState);
  call.on("isMutedChanged", () => news({ type: "microphone", on: !call.isMuted }));
  call.on("isLocalVideoStartedChanged", () => news({ type: "camera", on: call.isLocalVideoStarted }));
  call.on("isScreenSharingOnChanged", () => news({ type: "screen", on: call.isScreenSharingOn }));
  call.on("remoteParticipantsUpdated", lookAtPeople);
  manager.on("audioDevicesUpdated", lookAtDevices);
  manager.on("videoDevicesUpdated", lookAtDevices);
  watchLine(sdk, call, news);
  lookAtState();
  lookAtPeople();

  return {
    setMicrophone: (on) => (on ? call.unmute() : call.mute()),
    async setCamera(on) {
      if (!on) {
        if (stream) await call.stopVideo(stream);
        stream?.dispose();
        stream = undefined;
        return;
      }
      stream = await cameraStream();
      await call.startVideo(stream);
      lookAtDevices();
    },
    async setScreen(on) {
      if (!on) return call.stopScreenSharing();
      try {
        await call.startScreenSharing();
      } catch (error) {
        throw new CallTrouble(`screen-${obstacleOf(error, "display-capture")}`, error);
      }
    },
    setCaptions: captions.set,
    async leave() {
      isLeaving = true;
      await call.hangUp({ forEveryone: false });
    },
  };
}

/** The library tells of a bad line as numbers (3: bad) and of a missing network as a flag. */
function watchLine({ Features }: typeof Library, call: Library.Call, news: Parts["news"]) {
  const broken = new Set<string>();
  call.feature(Features.UserFacingDiagnostics).network.on("diagnosticChanged", ({ diagnostic, value }) => {
    if (diagnostic !== "networkReconnect" && diagnostic !== "noNetwork") return;
    if (value === true || value === 3) broken.add(diagnostic);
    else broken.delete(diagnostic);
    news({ type: "line", isBroken: broken.size > 0 });
  });
}

function captionsOf({ Features }: typeof Library, call: Library.Call, news: Parts["news"]) {
  let offered: Library.TeamsCaptions | undefined;
  let line = 0;
  const feature = call.feature(Features.Captions);
  /** Only meetings have captions, and only once we are in them. */
  const look = () => {
    const { captions } = feature;
    if (offered || captions?.kind !== "TeamsCaptions") return;
    offered = captions;
    captions.on("CaptionsActiveChanged", () => news({ type: "captions", on: captions.isCaptionsFeatureActive }));
    captions.on("CaptionsReceived", ({ captionText, spokenText, speaker, resultType }) => {
      const text = captionText || spokenText || "";
      news({ type: "said", id: `line ${line}`, name: speaker.displayName ?? "", text });
      if (resultType === "Final") line++;
    });
    news({ type: "captions-offered" });
  };
  feature.on("CaptionsKindChanged", () => call.state === "Connected" && look());
  return {
    look,
    async set(on: boolean, language: string) {
      if (!offered) return;
      if (!on) return offered.stopCaptions();
      const spoken = spokenLike(language, offered.supportedSpokenLanguages);
      await offered.startCaptions(spoken ? { spokenLanguage: spoken } : undefined);
    },
  };
}

/** The same tag, else the same language as it is spoken elsewhere. */
const spokenLike = (language: string, known: readonly string[]): string | undefined => {
  const wanted = language.toLowerCase();
  const base = wanted.split("-")[0];
  return (
    known.find((tag) => tag.toLowerCase() === wanted) ?? known.find((tag) => tag.toLowerCase().split("-")[0] === base)
  );
};

function watchPeople(sdk: typeof Library, call: Library.Call, news: Parts["news"]) {
  const ids = new Map<Library.RemoteParticipant, string>();
  const watched = new Set<Library.RemoteVideoStream>();

  const lookAtPictures = (people: readonly Library.RemoteParticipant[]) => {
    for (const stream of people.flatMap(({ videoStreams }) => videoStreams))
      if (!watched.has(stream)) {
        watched.add(stream);
        stream.on("isAvailableChanged", look);
      }
    const pictures = people.flatMap((person): Picture[] =>
      person.videoStreams
        .filter(({ isAvailable }) => isAvailable)
        .map((stream) => ({
          id: `${ids.get(person)} ${stream.mediaStreamType} ${stream.id}`,
          name: person.displayName ?? "",
          kind: stream.mediaStreamType === "ScreenSharing" ? "screen" : "camera",
          attach: (into) => show(sdk, stream, into),
        })),
    );
    news({ type: "pictures", pictures });
  };
  const personOf = (participant: Library.RemoteParticipant): Person => ({
    id: ids.get(participant) ?? "",
    name: participant.displayName ?? "",
    isMuted: participant.isMuted,
    isSpeaking: participant.isSpeaking,
    isComing: ["Idle", "Connecting", "Ringing", "EarlyMedia", "InLobby"].includes(participant.state),
  });
  const look = () => {
    for (const participant of call.remoteParticipants)
      if (!ids.has(participant)) {
        ids.set(participant, `person ${ids.size}`);
        for (const event of [
          "stateChanged",
          "isMutedChanged",
          "isSpeakingChanged",
          "displayNameChanged",
          "videoStreamsUpdated",
        ] as const)
          participant.on(event, look);
      }
    const there = call.remoteParticipants.filter(({ state }) => state !== "Disconnected");
    news({ type: "people", people: there.map(personOf) });
    lookAtPictures(there);
  };
  return { lookAtPeople: look };
}

/** Puts a stream into an element. Taken out before it has arrived, it does not arrive. */
function show({ VideoStreamRenderer }: typeof Library, stream: Library.RemoteVideoStream, into: HTMLElement) {
  const renderer = new VideoStreamRenderer(stream);
  let isWanted = true;
  renderer.createView({ scalingMode: "Fit" }).then(
    ({ target }) => isWanted && into.replaceChildren(target),
    () => {}, // the stream has ended meanwhile
  );
  return () => {
    isWanted = false;
    renderer.dispose();
    into.replaceChildren();
  };
}
