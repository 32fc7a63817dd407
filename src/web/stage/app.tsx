/** The stage: the agent's side, the call itself, the expert's side. */

import { Button } from "../shared/button.tsx";
import { useSpeech } from "../shared/language.ts";
import { Notice } from "../shared/notice.tsx";
import { troubleSentence } from "../shared/trouble.ts";
import { CallColumn } from "./call-column.tsx";
import { useStage, useStageState } from "./context.ts";
import { ExpertColumn } from "./expert-column.tsx";
import { HostFrame } from "./host-frame.tsx";
import { Toolbar } from "./toolbar.tsx";

export function App() {
  const { words } = useStage();
  const { world, lost } = useStageState();
  return (
    <div class="stage">
      <Toolbar world={world} />
      <Notices />
      {world ? (
        <main class="columns">
          <div class="column">
            <HostFrame world={world} />
          </div>
          <CallColumn world={world} />
          <ExpertColumn world={world} />
        </main>
      ) : (
        <p class="empty" role="status">
          {lost ? words.noWorld : words.loading}
        </p>
      )}
    </div>
  );
}

function Notices() {
  const { words, stage } = useStage();
  const speech = useSpeech();
  const { world, lost, trouble } = useStageState();
  const close = (
    <Button appearance="subtle" press={() => stage.send({ type: "trouble", trouble: undefined })}>
      {speech.words.common.close}
    </Button>
  );
  return (
    <div class="notices" role="status">
      {world && lost && <Notice kind="error">{words.noWorld}</Notice>}
      {world && !world.service.up && (
        <Notice kind="warning" icon="offline">
          {words.service.down}
        </Notice>
      )}
      {trouble && (
        <Notice kind="error" action={close}>
          {troubleSentence(trouble, speech)}
        </Notice>
      )}
    </div>
  );
}
