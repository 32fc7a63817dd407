import type { ExpertPlatform, PhoneView } from "../../sandbox/protocol.ts";
import { Button } from "../shared/button.tsx";
import { Icon } from "../shared/icon.tsx";
import { useStage } from "./context.ts";
import { platformNames } from "./platforms.ts";

/** The expert's telephone: quiet, ringing or on the call. */
export function Phone({ phone, platform }: { phone: PhoneView | undefined; platform: ExpertPlatform }) {
  const { words, world } = useStage();
  if (!phone) return null;
  const { ringing, connected, mode } = phone;
  const press = (action: "answer-phone" | "decline-phone" | "voicemail") => () => {
    if (ringing) void world.act({ action, partyRef: ringing.partyRef });
  };
  return (
    <fieldset
      class={`phone ${ringing ? "phone-ringing" : connected ? "phone-connected" : ""}`}
      aria-label={words.phone.title(platformNames[platform])}
    >
      <span class="phone-sign">
        <Icon name="phone" />
      </span>
      <p role={ringing ? "alert" : undefined}>
        {ringing ? words.phone.ringing(ringing.from) : connected ? words.phone.connected : words.phone.idle}{" "}
        <span class="quiet">
          {phone.number} {words.phone.modes[mode]}
        </span>
      </p>
      {ringing && (
        <div class="phone-buttons">
          <Button appearance="primary" icon="phone" press={press("answer-phone")}>
            {words.phone.answer}
          </Button>
          <Button icon="close" press={press("decline-phone")}>
            {words.phone.decline}
          </Button>
          <Button appearance="subtle" press={press("voicemail")}>
            {words.phone.voicemail}
          </Button>
        </div>
      )}
    </fieldset>
  );
}
