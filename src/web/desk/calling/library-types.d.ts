/**
 * What we use of `@azure/communication-calling` 2.0.0, in our own words: the package is optional, and this compiles
 * without it. Names and shapes after its typings.
 */
declare module "@azure/communication-calling" {
  export type AudioDeviceInfo = { readonly id: string; readonly name: string; readonly isSystemDefault?: boolean };
  export type VideoDeviceInfo = { readonly id: string; readonly name: string };

  export interface DeviceManager {
    readonly isSpeakerSelectionAvailable: boolean;
    readonly selectedMicrophone?: AudioDeviceInfo;
    readonly selectedSpeaker?: AudioDeviceInfo;
    getCameras(): Promise<VideoDeviceInfo[]>;
    getMicrophones(): Promise<AudioDeviceInfo[]>;
    getSpeakers(): Promise<AudioDeviceInfo[]>;
    selectMicrophone(device: AudioDeviceInfo): Promise<void>;
    selectSpeaker(device: AudioDeviceInfo): Promise<void>;
    askDevicePermission(wanted: { audio: boolean; video: boolean }): Promise<{ audio: boolean; video: boolean }>;
    on(event: "audioDevicesUpdated" | "videoDevicesUpdated", listener: () => void): void;
    off(event: "audioDevicesUpdated" | "videoDevicesUpdated", listener: () => void): void;
  }

  export type AccessToken = { token: string; expiresOnTimestamp: number };
  export interface CommunicationTokenCredential {
    getToken(): Promise<AccessToken>;
    dispose(): void;
  }

  export class LocalVideoStream {
    constructor(source: VideoDeviceInfo);
    switchSource(source: VideoDeviceInfo): Promise<void>;
    dispose(): void;
  }

  export interface RemoteVideoStream {
    readonly id: number;
    readonly mediaStreamType: string;
    readonly isAvailable: boolean;
    on(event: "isAvailableChanged", listener: () => void): void;
    off(event: "isAvailableChanged", listener: () => void): void;
  }

  export class VideoStreamRenderer {
    constructor(stream: RemoteVideoStream);
    createView(options?: { scalingMode?: "Fit" | "Crop" | "Stretch" }): Promise<{ target: HTMLElement }>;
    dispose(): void;
  }

  export type ParticipantState =
    | "Idle"
    | "Connecting"
    | "Ringing"
    | "Connected"
    | "Hold"
    | "InLobby"
    | "EarlyMedia"
    | "Disconnected";
  export type ParticipantEvent =
    | "stateChanged"
    | "isMutedChanged"
    | "displayNameChanged"
    | "isSpeakingChanged"
    | "videoStreamsUpdated";
  export interface RemoteParticipant {
    readonly identifier: object;
    readonly displayName?: string;
    readonly state: ParticipantState;
    readonly isMuted: boolean;
    readonly isSpeaking: boolean;
    readonly videoStreams: readonly RemoteVideoStream[];
    on(event: ParticipantEvent, listener: () => void): void;
    off(event: ParticipantEvent, listener: () => void): void;
  }

  export type CallState =
    | "None"
    | "Connecting"
    | "Ringing"
    | "Connected"
    | "LocalHold"
    | "RemoteHold"
    | "InLobby"
    | "Disconnecting"
    | "Disconnected"
    | "EarlyMedia";
  export type CallEvent =
    | "stateChanged"
    | "isMutedChanged"
    | "isScreenSharingOnChanged"
    | "isLocalVideoStartedChanged"
    | "remoteParticipantsUpdated";

  export interface TeamsCaptions {
    readonly kind: "TeamsCaptions" | "Captions";
    readonly isCaptionsFeatureActive: boolean;
    readonly supportedSpokenLanguages: readonly string[];
    startCaptions(options?: { spokenLanguage: string }): Promise<void>;
    stopCaptions(): Promise<void>;
    on(event: "CaptionsActiveChanged", listener: () => void): void;
    on(event: "CaptionsReceived", listener: (said: CaptionsInfo) => void): void;
  }
  export type CaptionsInfo = {
    captionText?: string;
    spokenText?: string;
    resultType: "Partial" | "Final";
    speaker: { displayName?: string };
    timestamp: Date;
  };
  export interface CaptionsFeature {
    readonly captions: TeamsCaptions;
    on(event: "CaptionsKindChanged", listener: () => void): void;
  }
  export interface DiagnosticsFeature {
    readonly network: {
      on(event: "diagnosticChanged", listener: (change: { diagnostic: string; value: number | boolean }) => void): void;
    };
  }
  export type FeatureFactory<Feature> = { readonly callApiCtor?: unknown; readonly _feature?: Feature };
  export const Features: {
    Captions: FeatureFactory<CaptionsFeature>;
    UserFacingDiagnostics: FeatureFactory<DiagnosticsFeature>;
  };

  export interface Call {
    readonly state: CallState;
    readonly callEndReason?: { readonly code: number; readonly subCode?: number };
    readonly isMuted: boolean;
    readonly isScreenSharingOn: boolean;
    readonly isLocalVideoStarted: boolean;
    readonly remoteParticipants: readonly RemoteParticipant[];
    feature<Feature>(factory: FeatureFactory<Feature>): Feature;
    hangUp(options?: { forEveryone: boolean }): Promise<void>;
    mute(): Promise<void>;
    unmute(): Promise<void>;
    startVideo(stream: LocalVideoStream): Promise<void>;
    stopVideo(stream: LocalVideoStream): Promise<void>;
    startScreenSharing(): Promise<void>;
    stopScreenSharing(): Promise<void>;
    on(event: CallEvent, listener: () => void): void;
    off(event: CallEvent, listener: () => void): void;
  }

  export type JoinCallOptions = {
    audioOptions?: { muted: boolean };
    videoOptions?: { localVideoStreams: LocalVideoStream[] };
  };
  export interface CallAgent {
    join(place: { meetingLink: string }, options?: JoinCallOptions): Call;
    startCall(people: { microsoftTeamsUserId: string }[], options?: JoinCallOptions): Call;
    dispose(): Promise<void>;
  }

  export type EnvironmentInfo = { isSupportedBrowser: boolean; isSupportedPlatform: boolean };
  export class CallClient {
    constructor(options?: object);
    createCallAgent(credential: CommunicationTokenCredential, options?: { displayName?: string }): Promise<CallAgent>;
    getDeviceManager(): Promise<DeviceManager>;
    dispose(): Promise<void>;
  }
}
