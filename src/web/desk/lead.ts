/**
 * Of several windows with one agent's desk, one leads: it alone speaks for the agent, so that nothing is announced, told
 * to the host or carried out twice. The lead passes on when that window closes, or to the window where it is taken.
 * Where the browser has no locks each window leads, as if it were the only one.
 */
export type Lead = { take(): void };

export function takeTurns(agent: string, leads: (leads: boolean) => void, locks = navigator.locks): Lead {
  const name = `patchcord.desk.${agent}`;
  const keep = () => {
    leads(true);
    return new Promise<never>(() => {});
  };
  const queue = () => void locks.request(name, keep).catch(lost);
  // Another window has taken it: stand in line again. Where locks are forbidden there is no line.
  const lost = (error: unknown) => {
    const isTaken = error instanceof DOMException && error.name === "AbortError";
    leads(!isTaken);
    if (isTaken) queue();
  };
  if (!locks) {
    leads(true);
    return { take() {} };
  }
  const first = locks.request(name, { ifAvailable: true }, (lock) => {
    if (lock) return keep();
    leads(false);
    return undefined;
  });
  void first.then(queue, lost);
  return { take: () => void locks.request(name, { steal: true }, keep).catch(lost) };
}
