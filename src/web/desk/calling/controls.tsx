/** What the agent switches: microphone, camera, screen, captions, and which devices are used. */
import { useId } from "preact/hooks";
import { Button } from "../../shared/button.tsx";
import type { CallingWords } from "../../texts/calling/en.ts";
import { type DeviceKind, deviceKinds } from "./call-agent.ts";
import type { Part } from "./call-panel.tsx";

export function Controls({ calling, state, words }: Part) {
  const isSwitching = (what: Part["state"]["switching"][number]) => state.switching.includes(what);
  return (
    <div class="moves-row">
      <Button
        icon={state.isMicrophoneOn ? "microphone" : "muted"}
        appearance={state.isMicrophoneOn ? "outline" : "primary"}
        busy={isSwitching("microphone")}
        press={() => calling.setMicrophone(!state.isMicrophoneOn)}
      >
        {state.isMicrophoneOn ? words.microphone.off : words.microphone.on}
      </Button>
      <Button icon="video" busy={isSwitching("camera")} press={() => calling.setCamera(!state.isCameraOn)}>
        {state.isCameraOn ? words.camera.off : words.camera.on}
      </Button>
      <Button icon="screen" busy={isSwitching("screen")} press={() => void calling.setScreen(!state.isScreenShown)}>
        {state.isScreenShown ? words.screen.off : words.screen.on}
      </Button>
      {state.captions !== "none" && (
        <Button
          icon="chat"
          busy={isSwitching("captions")}
          press={() => void calling.setCaptions(state.captions !== "on")}
        >
          {state.captions === "on" ? words.captions.off : words.captions.on}
        </Button>
      )}
    </div>
  );
}

export function DeviceChoice({ calling, state, words }: Part) {
  return (
    <div class="calling-devices">
      {deviceKinds
        // Cameras are told once one is used, speakers where the browser lets them be chosen.
        .filter((kind) => kind === "microphone" || state.devices[kind].all.length > 0)
        .map((kind) => (
          <Choice key={kind} kind={kind} devices={state.devices[kind]} words={words} use={calling.use} />
        ))}
    </div>
  );
}

type ChoiceProps = {
  kind: DeviceKind;
  devices: Part["state"]["devices"][DeviceKind];
  words: CallingWords;
  use(kind: DeviceKind, id: string): Promise<void>;
};

function Choice({ kind, devices, words, use }: ChoiceProps) {
  const id = useId();
  return (
    <div>
      <label for={id}>{words.device[kind]}</label>
      <select
        id={id}
        class="select"
        value={devices.used}
        disabled={devices.all.length === 0}
        onChange={(event) => void use(kind, event.currentTarget.value)}
      >
        {devices.all.length === 0 && <option>{words.noDevice}</option>}
        {devices.all.map((device) => (
          <option key={device.id} value={device.id}>
            {device.name}
          </option>
        ))}
      </select>
    </div>
  );
}
