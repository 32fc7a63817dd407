/** The organization's own sign-in page takes over, and leads back to where this was asked. */
type Props = {
  title: string;
  words: { body: string; organization: string; go: string };
  /** A path of ours. */
  back: string;
  /** An expert signs in to their own page; absent: an admin or supervisor. */
  whose?: "expert";
};

/** Leads away itself: the page's policy lets forms be sent to ourselves alone, and that counts for where they lead on. */
function go(event: SubmitEvent): void {
  event.preventDefault();
  const given = new FormData(event.currentTarget as HTMLFormElement);
  const query = new URLSearchParams([...given].map(([key, value]): [string, string] => [key, String(value)]));
  location.assign(`/auth/login?${query}`);
}

export function SignIn({ title, words, back, whose }: Props) {
  const tenant = new URLSearchParams(location.search).get("tenant") ?? "";
  return (
    <main class="lone">
      <h1>{title}</h1>
      <p>{words.body}</p>
      <form action="/auth/login" class="sign-in" onSubmit={go}>
        <label>
          {words.organization} <input name="tenant" class="select" required defaultValue={tenant} />
        </label>
        <input type="hidden" name="back" value={back} />
        {whose && <input type="hidden" name="for" value={whose} />}
        <button type="submit" class="select">
          {words.go}
        </button>
      </form>
    </main>
  );
}
