/** Why the browser gives no microphone, camera or screen: by its own error, and by what the page around us hands down. */
import type { Obstacle } from "./call-agent.ts";

type Policy = { allowsFeature(name: string): boolean };

/** Does the page around the desk let it use this? Browsers that cannot tell are taken to say yes. */
export function isHandedDown(feature: "microphone" | "camera" | "display-capture", page: object = document): boolean {
  const policy = (page as { permissionsPolicy?: Policy; featurePolicy?: Policy }).permissionsPolicy;
  const older = (page as { featurePolicy?: Policy }).featurePolicy;
  return (policy ?? older)?.allowsFeature(feature) ?? true;
}

const byName: Record<string, Obstacle> = {
  NotAllowedError: "refused",
  SecurityError: "host",
  NotFoundError: "none",
  OverconstrainedError: "none",
  NotReadableError: "in-use",
  AbortError: "in-use",
};

export const obstacleOf = (error: unknown, feature: Parameters<typeof isHandedDown>[0], page?: object): Obstacle => {
  if (!isHandedDown(feature, page)) return "host";
  const name = typeof error === "object" && error !== null && "name" in error ? String(error.name) : "";
  return byName[name] ?? "refused";
};

/** Asks the browser itself, and lets go at once. Undefined when it can be had. */
export async function obstacleTo(kind: "microphone" | "camera"): Promise<Obstacle | undefined> {
  if (!isHandedDown(kind)) return "host";
  try {
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: kind === "microphone",
      video: kind === "camera",
    });
    for (const track of stream.getTracks()) track.stop();
    return undefined;
  } catch (error) {
    return obstacleOf(error, kind);
  }
}
