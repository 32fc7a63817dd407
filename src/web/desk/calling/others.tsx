/** Who else is in the call, what they show and what they say. */
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "../../shared/icon.tsx";
import type { CallingWords } from "../../texts/calling/en.ts";
import type { Person, Picture } from "./call-agent.ts";
import type { Said } from "./call-state.ts";

export function People({ people, words }: { people: readonly Person[]; words: CallingWords }) {
  if (people.length === 0) return <p class="quiet">{words.alone}</p>;
  return (
    <ul class="calling-people" aria-label={words.people}>
      {people.map((person) => (
        <li key={person.id}>
          <Icon name={person.isMuted ? "muted" : "microphone"} size={14} /> {person.name || words.somebody}
          <Hint person={person} words={words} />
        </li>
      ))}
    </ul>
  );
}

function Hint({ person, words }: { person: Person; words: CallingWords }) {
  const hint = person.isComing
    ? words.coming
    : person.isSpeaking
      ? words.speaking
      : person.isMuted
        ? words.muted
        : undefined;
  return hint ? <span class="quiet"> · {hint}</span> : null;
}

/** Screens first: they are what the call is about. */
export function Pictures({ pictures, words }: { pictures: readonly Picture[]; words: CallingWords }) {
  const ordered = pictures.toSorted((a, b) => Number(b.kind === "screen") - Number(a.kind === "screen"));
  return (
    <>
      {ordered.map((picture) => (
        <Shown key={picture.id} picture={picture} label={words.picture[picture.kind](picture.name || words.somebody)} />
      ))}
    </>
  );
}

function Shown({ picture, label }: { picture: Picture; label: string }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => (place.current ? picture.attach(place.current) : undefined), [picture.id]);
  return (
    <figure class="calling-picture">
      <div ref={place} role="img" aria-label={label} />
      <figcaption class="quiet">{label}</figcaption>
    </figure>
  );
}

export function Captions({ said, words }: { said: readonly Said[]; words: CallingWords }) {
  return (
    <ol class="calling-captions" aria-label={words.captions.label}>
      {said.map(({ id, name, text }) => (
        <li key={id}>
          <strong>{name || words.somebody}</strong> {text}
        </li>
      ))}
    </ol>
  );
}
