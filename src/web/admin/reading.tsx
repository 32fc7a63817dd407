/** Reading for a page: while it is under way, when it fails, and again. */
import type { ComponentChildren } from "preact";
import { useCallback, useEffect, useState } from "preact/hooks";
import { Button } from "../shared/button.tsx";
import { Notice } from "../shared/notice.tsx";
import { type Trouble, troubleOf, troubleSentence } from "../shared/trouble.ts";
import { useWords } from "./speech.ts";

export type Read<T> = { value: T | undefined; trouble: Trouble | undefined; again(): Promise<void> };

/** Read when first drawn and whenever `key` changes; what was read stays in sight while it is read again. */
export function useRead<T>(read: () => Promise<T>, key: string): Read<T> {
  const [state, setState] = useState<{ value?: T; trouble?: Trouble }>({});
  const again = useCallback(async () => {
    try {
      setState({ value: await read() });
    } catch (error) {
      setState((old) => ({ ...old, trouble: troubleOf(error) }));
    }
  }, [key]);
  useEffect(() => void again(), [again]);
  return { value: state.value, trouble: state.trouble, again };
}

/** What is drawn of a reading: its value, bones of it before, and what went wrong. */
export function Reading<T>({ read, children }: { read: Read<T>; children: (value: T) => ComponentChildren }) {
  const speech = useWords();
  const { value, trouble, again } = read;
  return (
    <>
      {trouble && (
        <Notice
          kind="error"
          action={
            <Button appearance="subtle" press={() => void again()}>
              {speech.words.common.retry}
            </Button>
          }
        >
          <span role="alert">{troubleSentence(trouble, speech)}</span>
        </Notice>
      )}
      {value !== undefined && children(value)}
      {value === undefined && !trouble && <Bones />}
    </>
  );
}

function Bones() {
  const { words } = useWords();
  return (
    <div class="card">
      <span class="visually-hidden" role="status">
        {words.common.loading}
      </span>
      <span class="skeleton-line" aria-hidden="true" />
      <span class="skeleton-line short" aria-hidden="true" />
      <span class="skeleton-block" aria-hidden="true" />
    </div>
  );
}

/** Something that is asked for by a button: under way, done, or refused with a sentence. */
export function useAct() {
  const speech = useWords();
  const [state, setState] = useState<{ busy?: boolean; sentence?: string; isTrouble?: boolean }>({});
  const run = async (work: () => Promise<string | undefined>) => {
    setState({ busy: true });
    try {
      const sentence = await work();
      setState(sentence === undefined ? {} : { sentence });
    } catch (error) {
      setState({ sentence: troubleSentence(troubleOf(error), speech), isTrouble: true });
    }
  };
  return { busy: state.busy ?? false, run, said: state.sentence, isTrouble: state.isTrouble ?? false };
}

export const Said = ({ act: { said, isTrouble } }: { act: ReturnType<typeof useAct> }) => (
  <p class={`said ${isTrouble ? "said-trouble" : "quiet"}`} role={isTrouble ? "alert" : "status"}>
    {said}
  </p>
);
