/** The desk before its facts have come, in the shape that they will have. */
import { useSpeech } from "../shared/language.ts";

export function Skeleton() {
  const { words } = useSpeech();
  return (
    <main class="columns" aria-busy="true">
      <p class="visually-hidden" role="status">
        {words.common.loading}
      </p>
      <div class="column" aria-hidden="true">
        <div class="card skeleton customer">
          <span class="skeleton-disc" />
          <span class="skeleton-line" />
          <span class="skeleton-line short" />
        </div>
        <div class="card skeleton">
          <span class="skeleton-line short" />
          <span class="skeleton-block" />
        </div>
      </div>
      <div class="column" aria-hidden="true">
        <div class="card skeleton">
          <span class="skeleton-line" />
          <span class="skeleton-block" />
          <span class="skeleton-block" />
        </div>
      </div>
    </main>
  );
}
