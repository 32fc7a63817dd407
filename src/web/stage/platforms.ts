import type { ExpertPlatform } from "../../sandbox/protocol.ts";

/** As people call them. */
export const platformNames: Record<ExpertPlatform, string> = { teams: "Teams", ringcentral: "RingCentral" };
