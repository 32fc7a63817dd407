/**
 * A stand-in for `@azure/communication-calling`, as strict as what is known of it: no device before permission, one agent a
 * client, tokens are read, states change by events only. Microphone, camera and screen are the browser's own. What
 * happens at the far end is told through `globalThis.farEnd`.
 */
import type * as Library from "@azure/communication-calling";

type Listener = (...given: never[]) => void;

class Emitter {
  #listeners = new Map<string, Set<Listener>>();
  on(event: string, listener: Listener) {
    this.#listeners.set(event, (this.#listeners.get(event) ?? new Set()).add(listener));
  }
  off(event: string, listener: Listener) {
    this.#listeners.get(event)?.delete(listener);
  }
  tell(event: string, given?: unknown) {
    for (const listener of this.#listeners.get(event) ?? []) (listener as (given: unknown) => void)(given);
  }
}

/** What the test decides. `hangs`: steps that never answer. */
export const farEnd = {
  hangs: new Set<"manager" | "agent" | "leave">(),
  hasLobby: false,
  endsAtOnce: undefined as { code: number; subCode?: number } | undefined,
  log: [] as string[],
  call: undefined as FakeCall | undefined,
  credential: undefined as Library.CommunicationTokenCredential | undefined,
  /** Sets the state of the call, and says why where it is its end. */
  move: (state: Library.CallState, reason?: { code: number; subCode?: number }) => farEnd.call?.move(state, reason),
  enter: (name: string) => farEnd.call?.add(name),
  exit: (name: string) => farEnd.call?.remove(name),
  set: (name: string, what: Partial<FakeParticipant>) => farEnd.call?.set(name, what),
  shows: (name: string, kind: "Video" | "ScreenSharing") => farEnd.call?.show(name, kind),
  line: (diagnostic: string, value: number | boolean) =>
    farEnd.call?.network.tell("diagnosticChanged", { diagnostic, value }),
  offerCaptions: () => farEnd.call?.offerCaptions(),
  say: (name: string, captionText: string, resultType: "Partial" | "Final") =>
    farEnd.call?.captions.tell("CaptionsReceived", { captionText, resultType, speaker: { displayName: name } }),
};
(globalThis as { farEnd?: typeof farEnd }).farEnd = farEnd;

const never = () => new Promise<never>(() => {});

class FakeManager extends Emitter {
  isSpeakerSelectionAvailable = true;
  selectedMicrophone?: Library.AudioDeviceInfo;
  selectedSpeaker?: Library.AudioDeviceInfo;
  #allowed = { audio: false, video: false };

  async askDevicePermission(wanted: { audio: boolean; video: boolean }) {
    const had = await navigator.mediaDevices.getUserMedia(wanted).catch(() => undefined);
    for (const track of had?.getTracks() ?? []) track.stop();
    if (wanted.audio) this.#allowed.audio = had !== undefined;
    if (wanted.video) this.#allowed.video = had !== undefined;
    const [first] = await this.getMicrophones();
    if (first) this.selectedMicrophone = first;
    return { audio: wanted.audio && had !== undefined, video: wanted.video && had !== undefined };
  }
  async #list(kind: MediaDeviceKind, isAllowed: boolean) {
    if (!isAllowed) return [];
    const all = await navigator.mediaDevices.enumerateDevices();
    return all.filter((device) => device.kind === kind).map(({ deviceId, label }) => ({ id: deviceId, name: label }));
  }
  getMicrophones = () => this.#list("audioinput", this.#allowed.audio);
  getSpeakers = () => this.#list("audiooutput", this.#allowed.audio);
  getCameras = () => this.#list("videoinput", this.#allowed.video);
  async selectMicrophone(device: Library.AudioDeviceInfo) {
    this.selectedMicrophone = device;
    farEnd.log.push(`microphone ${device.name}`);
  }
  async selectSpeaker(device: Library.AudioDeviceInfo) {
    this.selectedSpeaker = device;
    farEnd.log.push(`speaker ${device.name}`);
  }
}

class FakeParticipant extends Emitter {
  identifier = {};
  displayName: string;
  state: Library.ParticipantState = "Connected";
  isMuted = false;
  isSpeaking = false;
  videoStreams: FakeStream[] = [];
  constructor(displayName: string) {
    super();
    this.displayName = displayName;
  }
}

class FakeStream extends Emitter {
  id = 1;
  isAvailable = true;
  mediaStreamType: string;
  constructor(mediaStreamType: string) {
    super();
    this.mediaStreamType = mediaStreamType;
  }
}

class FakeCaptions extends Emitter {
  kind: "Captions" | "TeamsCaptions" = "Captions";
  isCaptionsFeatureActive = false;
  supportedSpokenLanguages = ["de-de", "en-us", "sv-se"];
  async startCaptions({ spokenLanguage }: { spokenLanguage?: string } = {}) {
    farEnd.log.push(`captions ${spokenLanguage ?? "as they are"}`);
    this.isCaptionsFeatureActive = true;
    this.tell("CaptionsActiveChanged");
  }
  async stopCaptions() {
    this.isCaptionsFeatureActive = false;
    this.tell("CaptionsActiveChanged");
  }
}

const features = { Captions: "captions", UserFacingDiagnostics: "diagnostics" };
export const Features = features;

class FakeCall extends Emitter {
  state: Library.CallState = "None";
  callEndReason?: { code: number; subCode?: number };
  isMuted: boolean;
  isScreenSharingOn = false;
  isLocalVideoStarted: boolean;
  remoteParticipants: FakeParticipant[] = [];
  captions = new FakeCaptions();
  network = new Emitter();
  #captionsFeature = Object.assign(new Emitter(), { captions: this.captions });
  #screen?: MediaStream;

  constructor({ audioOptions, videoOptions }: Library.JoinCallOptions = {}) {
    super();
    this.isMuted = audioOptions?.muted ?? false;
    this.isLocalVideoStarted = (videoOptions?.localVideoStreams.length ?? 0) > 0;
    farEnd.call = this;
    setTimeout(() => {
      this.move("Connecting");
      if (this.isLocalVideoStarted) this.tell("isLocalVideoStartedChanged");
      if (farEnd.endsAtOnce) this.move("Disconnected", farEnd.endsAtOnce);
      else if (farEnd.hasLobby) this.move("InLobby");
    });
  }
  feature(name: string) {
    return name === features.Captions ? this.#captionsFeature : { network: this.network };
  }
  move(state: Library.CallState, reason?: { code: number; subCode?: number }) {
    if (this.state === "Disconnected") return;
    this.state = state;
    if (reason) this.callEndReason = reason;
    farEnd.log.push(state);
    if (state === "Disconnected") this.#stopScreen();
    this.tell("stateChanged");
  }
  add(name: string) {
    this.remoteParticipants = [...this.remoteParticipants, new FakeParticipant(name)];
    this.tell("remoteParticipantsUpdated");
  }
  remove(name: string) {
    this.remoteParticipants = this.remoteParticipants.filter(({ displayName }) => displayName !== name);
    this.tell("remoteParticipantsUpdated");
  }
  set(name: string, what: Partial<FakeParticipant>) {
    const participant = this.remoteParticipants.find(({ displayName }) => displayName === name);
    if (participant) Object.assign(participant, what).tell("stateChanged");
  }
  show(name: string, kind: string) {
    const participant = this.remoteParticipants.find(({ displayName }) => displayName === name);
    participant?.videoStreams.push(new FakeStream(kind));
    participant?.tell("videoStreamsUpdated");
  }
  offerCaptions() {
    this.captions.kind = "TeamsCaptions";
    this.#captionsFeature.tell("CaptionsKindChanged");
  }
  async mute() {
    this.#setMuted(true);
  }
  async unmute() {
    this.#setMuted(false);
  }
  #setMuted(isMuted: boolean) {
    this.isMuted = isMuted;
    this.tell("isMutedChanged");
  }
  async startVideo(_stream: LocalVideoStream) {
    this.isLocalVideoStarted = true;
    this.tell("isLocalVideoStartedChanged");
  }
  async stopVideo(_stream: LocalVideoStream) {
    this.isLocalVideoStarted = false;
    this.tell("isLocalVideoStartedChanged");
  }
  async startScreenSharing() {
    this.#screen = await navigator.mediaDevices.getDisplayMedia();
    this.isScreenSharingOn = true;
    this.tell("isScreenSharingOnChanged");
  }
  async stopScreenSharing() {
    this.#stopScreen();
    this.tell("isScreenSharingOnChanged");
  }
  #stopScreen() {
    for (const track of this.#screen?.getTracks() ?? []) track.stop();
    this.isScreenSharingOn = false;
  }
  async hangUp() {
    farEnd.log.push("hangUp");
    // Outlives the page, to tell what was done while it went.
    sessionStorage.setItem("far-end", "hung up");
    if (farEnd.hangs.has("leave")) return never();
    this.move("Disconnecting");
    this.move("Disconnected", { code: 0, subCode: 0 });
  }
}

class FakeAgent {
  #call?: FakeCall;
  join({ meetingLink }: { meetingLink: string }, options?: Library.JoinCallOptions) {
    if (!/^https:\/\/teams\.microsoft\.com\/l\/meetup-join\/[^?]+\?context=.*Tid.*Oid/.test(meetingLink))
      throw Object.assign(new Error("The provided Teams meeting link is invalid."), { code: 400, subCode: 40210 });
    farEnd.log.push(`join ${meetingLink}`);
    this.#call = new FakeCall(options);
    return this.#call;
  }
  startCall([person]: { microsoftTeamsUserId: string }[], options?: Library.JoinCallOptions) {
    farEnd.log.push(`call ${person?.microsoftTeamsUserId}`);
    this.#call = new FakeCall(options);
    return this.#call;
  }
  async dispose() {
    farEnd.log.push("agent disposed");
    this.#call?.move("Disconnected", { code: 0, subCode: 0 });
  }
}

export class CallClient {
  #hasAgent = false;
  async getDeviceManager() {
    return farEnd.hangs.has("manager") ? never() : new FakeManager();
  }
  async createCallAgent(credential: Library.CommunicationTokenCredential) {
    if (this.#hasAgent) throw new Error("a client has one agent only");
    this.#hasAgent = true;
    farEnd.credential = credential;
    const { token } = await credential.getToken();
    const claims = JSON.parse(atob((token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/")));
    if (!claims.resourceId || !String(claims.acsScope).includes("voip"))
      throw Object.assign(new Error("Wrong AccessToken scope format."), { code: 401, subCode: 44114 });
    return farEnd.hangs.has("agent") ? never() : new FakeAgent();
  }
  async dispose() {
    farEnd.log.push("client disposed");
  }
}

export class LocalVideoStream {
  dispose() {}
}

export class VideoStreamRenderer {
  async createView() {
    const target = document.createElement("div");
    target.textContent = "▶";
    return { target };
  }
  dispose() {}
}
