/** The phone call as the platform sees it: who hears whom, the legs, and what we asked of it. */
import type { CallParty, CallView, WorldView } from "../../sandbox/protocol.ts";
import { CallPicture } from "../shared/call-picture.tsx";
import { firstName } from "../shared/format.ts";
import { useSpeech } from "../shared/language.ts";
import { isPresent } from "../shared/picture.ts";
import { useStage } from "./context.ts";
import { PresenceTable } from "./presence-table.tsx";
import { Wire } from "./wire.tsx";

export function CallColumn({ world }: { world: WorldView }) {
  const { words } = useStage();
  const call = world.calls.find(({ state }) => state !== "ended") ?? world.calls[0];
  return (
    <section class="column" aria-label={words.call.title}>
      <div class="card">
        <h2>{words.call.title}</h2>
        {call ? <Call call={call} /> : <p class="empty">{words.call.none}</p>}
      </div>
      {call && (
        <div class="card">
          <h2>{words.call.wire}</h2>
          <Wire commands={call.commands} />
        </div>
      )}
      <div class="card">
        <h2>{words.presence.title}</h2>
        <PresenceTable world={world} />
      </div>
    </section>
  );
}

function Call({ call }: { call: CallView }) {
  const { words } = useStage();
  const speech = useSpeech();
  return (
    <>
      {call.state === "ended" ? (
        <p class="empty">{words.call.ended}</p>
      ) : (
        <CallPicture parties={call.parties.filter(isPresent)} nameOf={({ name }) => firstName(name ?? "")} />
      )}
      <p class="quiet">
        <code>{call.ref}</code> · {speech.words.recording[call.recording]}
      </p>
      <h3 class="quiet">{words.call.legs}</h3>
      <ul class="legs">
        {call.parties.map((party) => (
          <Leg key={party.ref} party={party} call={call} />
        ))}
      </ul>
    </>
  );
}

function Leg({ party, call }: { party: CallParty; call: CallView }) {
  const { words } = useStage();
  const { format } = useSpeech();
  const names = party.hears.map((ref) => firstName(call.parties.find((each) => each.ref === ref)?.name ?? ref));
  const hearing = party.music
    ? words.call.hearsMusic
    : names.length > 0
      ? words.call.hears(format.list(names))
      : words.call.hearsNobody;
  return (
    <li class={`leg leg-${party.state}`}>
      <span class="leg-role quiet">{words.call.roles[party.role]}</span>
      <strong>{party.name}</strong>
      <span class="tag">{words.call.states[party.state]}</span>
      <span class="quiet">{isPresent(party) ? hearing : (party.reason ?? "")}</span>
    </li>
  );
}
