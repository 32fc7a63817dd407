/** Who did what, newest first. */
import { useState } from "preact/hooks";
import { Button } from "../shared/button.tsx";
import { type AuditView, api } from "./api.ts";
import { downloadCsv } from "./csv.ts";
import { Reading, useRead } from "./reading.tsx";
import { SearchField } from "./search-field.tsx";
import { useWords } from "./speech.ts";

export function Audit() {
  const { words } = useWords();
  const read = useRead(() => api.audit(), "");
  return (
    <>
      <p>{words.audit.intro}</p>
      <Reading read={read}>
        {({ items, next }) =>
          items.length === 0 ? <p class="empty">{words.audit.none}</p> : <Rows first={items} next={next} />
        }
      </Reading>
    </>
  );
}

function Rows({ first, next }: { first: AuditView[]; next: string | undefined }) {
  const { words, language } = useWords();
  const [later, setLater] = useState<{ items: AuditView[]; next: string | undefined }>({ items: [], next });
  const [search, setSearch] = useState("");
  const items = [...first, ...later.items];
  const wanted = search.trim().toLowerCase();
  const found = items.filter((one) => `${one.actor} ${one.action} ${one.target}`.toLowerCase().includes(wanted));
  const at = (one: AuditView) => new Date(one.at).toLocaleString(language);
  const more = async () => {
    const page = await api.audit(later.next);
    setLater({ items: [...later.items, ...page.items], next: page.next });
  };
  const head = [words.audit.at, words.audit.actor, words.audit.action, words.audit.target];
  const cells = (one: AuditView) => [at(one), one.actor, one.action, one.target];
  return (
    <div class="card stack">
      <div class="tools">
        <SearchField label={words.list.search} value={search} change={setSearch} />
        <Button press={() => downloadCsv("patchcord-audit.csv", [head, ...found.map(cells)])}>{words.list.csv}</Button>
      </div>
      <p class="quiet" role="status">
        {found.length === 0 ? words.list.none : words.list.found(found.length)}
      </p>
      <table>
        <thead>
          <tr>
            {head.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {found.map((one) => (
            <tr key={one.id}>
              {cells(one).map((cell, index) => (
                <td key={head[index]}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {later.next && <Button press={() => void more()}>{words.list.more}</Button>}
    </div>
  );
}
