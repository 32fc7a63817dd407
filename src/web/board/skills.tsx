/** Who can be reached, a strip for each skill; where nobody can, that stands first and in words. */
import type { BoardSkill, BoardView } from "../../views.ts";
import { useWords } from "./speech.ts";

const states = ["call", "chat", "later", "no"] as const;

export function Skills({ skills, experts }: Pick<BoardView, "skills" | "experts">) {
  const { words } = useWords();
  return (
    <section class="card">
      <h2>{words.skills.title}</h2>
      {skills.length === 0 ? (
        <p class="empty">{words.skills.none}</p>
      ) : (
        <>
          <ul class="strips">
            {skills.map((skill) => (
              <Strip key={skill.skill} skill={skill} />
            ))}
          </ul>
          <p class="legend quiet" aria-hidden="true">
            {states.map((state) => (
              <span key={state}>
                <i class={`part part-${state}`} /> {words.skills[state]}
              </span>
            ))}
          </p>
        </>
      )}
      {experts.looked < experts.total && <p class="quiet">{words.skills.looked(experts.looked, experts.total)}</p>}
    </section>
  );
}

function Strip({ skill }: { skill: BoardSkill }) {
  const { words } = useWords();
  const { call, chat, later, no } = skill;
  return (
    <li class="strip-row">
      <span class="one-line">{skill.skill}</span>
      <span class="strip" role="img" aria-label={words.skills.row(skill.skill, call, chat, later, no)}>
        {states.flatMap((state) =>
          skill[state] > 0 ? (
            <i key={state} class={`part part-${state}`} style={{ flexGrow: skill[state] }}>
              {skill[state]}
            </i>
          ) : (
            []
          ),
        )}
      </span>
      {call + chat === 0 && <strong class="nobody">{words.skills.nobody}</strong>}
    </li>
  );
}
