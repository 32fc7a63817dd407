/** What came of the last upload to Teams, and what to do when it was refused. */
import { useNow } from "../shared/clock.tsx";
import { Notice } from "../shared/notice.tsx";
import type { UploadView } from "./api.ts";
import { useWords } from "./speech.ts";

export function LastUpload({ upload }: { upload: UploadView }) {
  const { words, format } = useWords();
  const now = useNow();
  const say = words.app.upload;
  const { state, code = "", version, there = version, says = [] } = upload;
  const age = format.ago(upload.at, now);
  if (state !== "refused")
    return (
      <Notice kind="info" icon="check">
        <p role="status">
          {say.state[state]?.(version)} <span class="quiet">{age}</span>
        </p>
      </Notice>
    );
  return (
    <Notice kind="warning">
      <div role="status">
        <p>
          <strong>{say.refused(version)}</strong>{" "}
          {code === "version" ? say.version(there) : (say.why[code] ?? say.elseWhy(code))}{" "}
          <span class="quiet">{age}</span>
        </p>
        {says.length > 0 && (
          <>
            <p>{say.says}:</p>
            <ul class="bullets" lang="en">
              {says.map((one) => (
                <li key={one}>{one}</li>
              ))}
            </ul>
          </>
        )}
      </div>
    </Notice>
  );
}
