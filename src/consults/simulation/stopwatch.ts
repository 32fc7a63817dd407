/** The longest that something undesirable lasted in a story. */
export type Longest = {
  /** A customer on hold after the expert's leg had ended. */
  heldAfterLossMs: number;
  /** A phone that rang for a customer who had gone. */
  ghostRingMs: number;
  /** From the agent's cancel to the end. */
  cancelMs: number;
};

export class Stopwatch {
  readonly longest: Longest = { heldAfterLossMs: 0, ghostRingMs: 0, cancelMs: 0 };
  private readonly since: Partial<Longest> = {};

  look(nowMs: number, isSo: Record<keyof Longest, boolean>): void {
    for (const what of ["heldAfterLossMs", "ghostRingMs", "cancelMs"] as const) {
      if (isSo[what]) this.since[what] ??= nowMs;
      else delete this.since[what];
      this.longest[what] = Math.max(this.longest[what], nowMs - (this.since[what] ?? nowMs));
    }
  }
}
