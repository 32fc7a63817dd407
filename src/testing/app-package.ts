import { buildTeamsPackage } from "../../manifest/build.ts";
import { icons } from "../../manifest/icons/bytes.ts";

/** A package as an admin would upload it. */
export const appPackage = (appId: string, appVersion: string) =>
  buildTeamsPackage({ baseUrl: "https://patchcord.example.com", appId, appVersion, icons }).zip;
