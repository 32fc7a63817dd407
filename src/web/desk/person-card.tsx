/** One colleague: who they are, how they are and since when we know, what they can, and one button. */
import type { Kind } from "../../consults/model.ts";
import type { ExpertHit, InteractionView } from "../../views.ts";
import { Button } from "../shared/button.tsx";
import { useNow } from "../shared/clock.tsx";
import { firstName } from "../shared/format.ts";
import { Glyph } from "../shared/glyph.tsx";
import { Icon, type IconName } from "../shared/icon.tsx";
import { MenuButton, type MenuItem } from "../shared/menu.tsx";
import { Age } from "../shared/ticking.tsx";
import { useDesk, useDeskPart, useFinderPart, useSpeech } from "./context.ts";
import { Face } from "./face.tsx";
import { type FinderState, pickedMax } from "./finder-state.ts";
import { Ladder } from "./ladder.tsx";
import { type DeskState, isMine } from "./state.ts";
import { type Ways, waysToAskPerson } from "./ways.ts";
import { cannotReason, capital, customerName, presenceLine } from "./wording.ts";

type Props = { person: ExpertHit; interaction: InteractionView | undefined };

const pickedOf = ({ picked }: FinderState) => picked;
const favouritesOf = ({ favourites }: DeskState) => favourites;
const askingOf = ({ asking }: DeskState) => asking;
const consultsOf = ({ consults }: DeskState) => consults;
const movingOf = ({ moving }: DeskState) => moving;

export function PersonCard({ person, interaction }: Props) {
  const picked = useFinderPart(pickedOf);
  const favourites = useDeskPart(favouritesOf);
  const { words } = useSpeech();
  const { name, initials, title, department, site } = person;
  const about = [title, department, site].filter(Boolean).join(" · ");
  return (
    <li class={`person person-${person.reachability.state}`}>
      <Face personId={person.personId} size={32} name={name} initials={initials} />
      <div class="person-head">
        <div class="person-name">
          <h2 title={about || name}>
            {name}
            {favourites.includes(person.personId) && (
              <span class="favourite" role="img" aria-label={words.person.favourite}>
                <Icon name="star" size={14} />
              </span>
            )}
          </h2>
          {about && <p class="quiet one-line">{about}</p>}
        </div>
        <div class="person-act">
          {picked ? <Pick person={person} picked={picked} /> : <Ask person={person} interaction={interaction} />}
        </div>
      </div>
      <Presence person={person} />
      <Ladder person={person} />
      <p class="person-skills">
        {person.skills.slice(0, 3).map(({ skill, level }) => (
          <span key={skill} class="skill" role="img" aria-label={words.person.level(skill, level)}>
            {skill} <Dots level={level} />
          </span>
        ))}
        <span class="languages">{person.languages.join(" ")}</span>
      </p>
    </li>
  );
}

const Dots = ({ level }: { level: number }) => (
  <span class="dots" aria-hidden="true">
    {[1, 2, 3, 4, 5].map((dot) => (
      <i key={dot} class={dot <= level ? "on" : ""} />
    ))}
  </span>
);

function Presence({ person }: { person: ExpertHit }) {
  const speech = useSpeech();
  const now = useNow();
  const { reachability } = person;
  const { status, platform, observedAt, stale } = presenceLine(person, speech, now);
  return (
    <p class="person-presence">
      <Glyph availability={reachability.availability} activity={reachability.activity} stale={stale} />
      <span class="status">{status}</span>
      {platform && <span class="quiet">{platform}</span>}
      {observedAt && (
        <span class="quiet">
          {stale ? speech.words.presence.stale(speech.format.timeOfDay(observedAt, now)) : <Age at={observedAt} />}
        </span>
      )}
    </p>
  );
}

/** The one primary button, and the rest one step away. */
function Ask({ person, interaction }: Props) {
  const { words } = useSpeech();
  const { acts } = useDesk();
  const [asking, consults, moving] = [useDeskPart(askingOf), useDeskPart(consultsOf), useDeskPart(movingOf)];
  const ways = waysToAskPerson(interaction, person);
  const who = { expert: firstName(person.name), customer: customerName(interaction, words) };
  const joinable = consults.find(
    ({ interactionId, moves }) =>
      interactionId === interaction?.id && moves.some(({ move, possible }) => move === "add-expert" && possible),
  );
  if (joinable)
    return (
      <Button
        appearance="outline"
        busy={moving[joinable.id] === "add-expert"}
        reason={person.reachability.state === "call" ? undefined : words.cannotOther}
        label={`${words.move["add-expert"]()}: ${person.name}`}
        press={() => void acts.move(joinable.id, "add-expert", false, person.personId)}
      >
        {words.move["add-expert"]()}
      </Button>
    );
  const busy = asking.includes(person.personId);
  const { state } = person.reachability;
  const reason =
    !interaction || !isMine(interaction)
      ? words.person.noCustomer
      : state === "no" || !ways.main
        ? words.cannotOther
        : undefined;
  const main = ways.main ?? "consult";
  return (
    <>
      <Button
        appearance={state === "call" ? "primary" : "outline"}
        busy={busy}
        reason={reason}
        title={state === "later" ? words.person.notifyHint(who) : words.kind[main].hint(who)}
        label={`${state === "later" ? words.person.notify : words.kind[main].label}: ${person.name}`}
        press={() => void acts.askPerson(person.personId, main, modeFor(person))}
      >
        {state === "later" ? words.person.notify : words.kind[main].label}
      </Button>
      <MoreWays person={person} ways={reason === undefined ? ways : undefined} main={main} who={who} />
    </>
  );
}

/** Where no card gets through, asking first would be in vain. */
const modeFor = ({ reachability }: ExpertHit) => (reachability.onlyRing ? "ring" : undefined);

const icons: Record<Kind, IconName> = {
  consult: "phone",
  conference: "together",
  transfer: "hand",
  "blind-transfer": "hand",
  question: "chat",
  meeting: "video",
};

/** Without `ways` there is nobody to ask about. */
type MoreProps = { person: ExpertHit; ways: Ways | undefined; main: Kind; who: { expert: string; customer: string } };

function MoreWays({ person, ways, main, who }: MoreProps) {
  const { words } = useSpeech();
  const { acts, finder } = useDesk();
  const isKept = useDeskPart(favouritesOf).includes(person.personId);
  const { state } = person.reachability;
  const ask = (kind: Kind, mode?: "ring") => () => void acts.askPerson(person.personId, kind, mode);

  const kinds: MenuItem[] = (ways?.all ?? [])
    .filter(({ kind }) => kind !== main)
    .map(({ kind, possible, reason }) => ({
      key: kind,
      label: words.kind[kind].label,
      icon: icons[kind],
      hint: possible ? words.kind[kind].hint(who) : capital(cannotReason(reason, words)),
      disabled: !possible,
      // "Now" is what the button says; the card arrives with the ring.
      run: ask(kind, kind === "blind-transfer" ? "ring" : modeFor(person)),
    }));
  const ring: MenuItem = {
    key: "ring",
    label: words.person.ring,
    icon: "ring",
    hint: words.person.ringHint(who),
    run: ask("consult", "ring"),
  };
  const several: MenuItem = {
    key: "several",
    label: words.person.several,
    icon: "people",
    hint: words.person.severalHint,
    run: () => finder.send({ type: "pick", person: person.personId, on: true }),
  };
  const keep: MenuItem = {
    key: "keep",
    label: isKept ? words.person.forget : words.person.keep,
    icon: "star",
    run: () => void acts.keepFavourite(person.personId, !isKept),
  };
  const asks = [...(main === "consult" && state === "call" ? [ring] : []), ...kinds, several];
  const items = [...(ways ? asks : []), keep];
  return (
    <MenuButton
      label={words.person.ways(person.name)}
      items={items}
      appearance={state === "call" ? "primary" : "outline"}
      class="split"
    >
      <Icon name="chevron" />
    </MenuButton>
  );
}

function Pick({ person, picked }: { person: ExpertHit; picked: readonly string[] }) {
  const { words } = useSpeech();
  const { finder } = useDesk();
  const on = picked.includes(person.personId);
  return (
    <label class="pick">
      <input
        type="checkbox"
        checked={on}
        disabled={!on && picked.length >= pickedMax}
        aria-label={words.person.pick(person.name)}
        onChange={(event) => finder.send({ type: "pick", person: person.personId, on: event.currentTarget.checked })}
      />
    </label>
  );
}
