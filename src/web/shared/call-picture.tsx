/** Who hears whom, drawn: people as discs, hearing as lines, music as a note. The same in words for those who listen. */
import type { PartyRole } from "../../platform/contract.ts";
import type { Basics } from "../texts/basics/en.ts";
import { initialsOf } from "./format.ts";
import { useSpeech } from "./language.ts";
import { hearingLines, isComing, isPresent, type PictureParty } from "./picture.ts";
import { Stopwatch } from "./ticking.tsx";

type Props = {
  parties: readonly PictureParty[];
  /** How a party is called in the picture. */
  nameOf(party: PictureParty): string;
};

const width = 300;
const height = 164;
const radius = 19;
const rows: Record<PartyRole, "top" | "bottom"> = { customer: "top", expert: "top", system: "top", agent: "bottom" };
type Place = { x: number; y: number };

export function CallPicture({ parties, nameOf }: Props) {
  const { words } = useSpeech();
  const present = parties.filter(isPresent);
  const places = placesOf(present);
  const label = `${words.picture.label}. ${pictureSentences(present, nameOf, words).join(" ")}`;
  return (
    <svg class="picture" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      {hearingLines(present).map(({ a, b, both }) => (
        <Line key={`${a}-${b}`} from={places.get(b)} to={places.get(a)} kind={both ? "both" : "one"} />
      ))}
      {present.filter(isComing).map((party) => (
        <Line key={party.ref} from={agentPlace(present, places)} to={places.get(party.ref)} kind="ringing" />
      ))}
      {present.map((party) => {
        const place = places.get(party.ref);
        return place && <Person key={party.ref} party={party} name={nameOf(party)} place={place} />;
      })}
    </svg>
  );
}

/** The customer stands on the left, whoever is asked on the right, the agent below. */
function placesOf(present: readonly PictureParty[]): Map<string, Place> {
  const places = new Map<string, Place>();
  for (const row of ["top", "bottom"] as const) {
    const mine = present.filter(({ role }) => rows[role] === row).toSorted((a, b) => rank(a.role) - rank(b.role));
    // One alone at the top still leaves room for the one who will come.
    const slots = row === "top" ? Math.max(2, mine.length) : mine.length;
    for (const [index, { ref }] of mine.entries())
      places.set(ref, { x: (width * (index + 0.5)) / slots, y: row === "top" ? 54 : 118 });
  }
  return places;
}
const rank = (role: PartyRole): number => ["customer", "expert", "system", "agent"].indexOf(role);

const agentPlace = (present: readonly PictureParty[], places: Map<string, Place>): Place | undefined =>
  places.get(present.find(({ role }) => role === "agent")?.ref ?? "");

function Line({
  from,
  to,
  kind,
}: {
  from: Place | undefined;
  to: Place | undefined;
  kind: "both" | "one" | "ringing";
}) {
  if (!from || !to) return null;
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const [dx, dy] = [(to.x - from.x) / length, (to.y - from.y) / length];
  const gap = radius + 4;
  const start = { x: from.x + dx * gap, y: from.y + dy * gap };
  const end = { x: to.x - dx * gap, y: to.y - dy * gap };
  return (
    <g class={`line line-${kind}`}>
      <line x1={start.x} y1={start.y} x2={end.x} y2={end.y} />
      {kind === "both" && <circle cx={start.x} cy={start.y} r="3" />}
      {kind !== "ringing" && <circle cx={end.x} cy={end.y} r="3" />}
    </g>
  );
}

type PersonProps = { party: PictureParty; name: string; place: Place };

function Person({ party, name, place: { x, y } }: PersonProps) {
  const { words } = useSpeech();
  const coming = isComing(party);
  const asked = party.state === "asked";
  const above = rows[party.role] === "top";
  return (
    <g
      class={`party party-${party.role} ${coming ? "coming" : ""} ${asked ? "asked" : ""} ${party.music ? "held" : ""}`}
    >
      {coming && <circle class="pulse" cx={x} cy={y} r={radius} />}
      <circle class="disc" cx={x} cy={y} r={radius} />
      <text class="initials" x={x} y={y + 5}>
        {initialsOf(party.name ?? name)}
      </text>
      <text class="name" x={x} y={above ? 12 : y + radius + 16}>
        {shorten(name)}
      </text>
      {(party.music || coming || asked) && (
        <text class="state" x={x} y={above ? 27 : y + radius + 30}>
          {party.music ? "♪" : words.picture[asked ? "asked" : "ringing"]}{" "}
          {party.since ? <Stopwatch from={party.since} as="tspan" /> : party.music && words.picture.onHold}
        </text>
      )}
    </g>
  );
}

const shorten = (name: string): string => ([...name].length > 16 ? `${[...name].slice(0, 15).join("")}…` : name);

/** The picture in words. */
export function pictureSentences(
  parties: readonly PictureParty[],
  nameOf: (party: PictureParty) => string,
  words: Basics,
): string[] {
  const present = parties.filter(isPresent);
  const name = (ref: string) => {
    const party = present.find((each) => each.ref === ref);
    return party ? nameOf(party) : "";
  };
  const lines = hearingLines(present).map(({ a, b, both }) =>
    both ? words.picture.hear(name(a), name(b)) : words.picture.hears(name(a), name(b)),
  );
  const others = present
    .filter((party) => party.music || isComing(party))
    .map((party) => (party.music ? words.picture.music(nameOf(party)) : words.picture.rings(nameOf(party))));
  return [...lines, ...others];
}
