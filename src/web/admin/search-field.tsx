/** What narrows a list down as one types. */
type Props = { label: string; value: string; change(value: string): void };

export const SearchField = ({ label, value, change }: Props) => (
  <label>
    {label} <input class="select" type="search" value={value} onInput={(event) => change(event.currentTarget.value)} />
  </label>
);
