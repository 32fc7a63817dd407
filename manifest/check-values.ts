/**
 * Rules about single values: host names, addresses, ids, versions.
 * Sources: Microsoft Teams store validation guidelines, "External domains"; Microsoft Graph reference, "teamsApp: publish",
 * table of validation errors. The list of tunnels is ours: the services that developers use most.
 */
import { type Rule, type Violation, violationsOf } from "./violation.ts";

const tunnels = [
  "ngrok.io ngrok.app ngrok.dev ngrok-free.app ngrok-free.dev ngrok.pizza devtunnels.ms trycloudflare.com loca.lt",
  "localtunnel.me localhost.run lhr.life serveo.net pagekite.me telebit.io bore.pub loclx.io pinggy.io pinggy.link",
  "tunnelmole.net zrok.io ts.net playit.gg expose.dev sharedwithexpose.com app.github.dev gitpod.io",
].flatMap((line) => line.split(" "));

const isTunnel = (host: string) => tunnels.some((tunnel) => host === tunnel || host.endsWith(`.${tunnel}`));
const isAddress = (host: string) => /^[\d.]+$/.test(host) || host.startsWith("[") || host.includes(":");

const hostRules: Rule<string>[] = [
  {
    broken: (host) => host.includes("*"),
    code: "wildcardHost",
  },
  {
    broken: (host) => isTunnel(host.toLowerCase()),
    code: "tunnelHost",
  },
  {
    broken: (host) => isAddress(host) || (!host.includes(".") && !host.includes("*")),
    code: "privateHost",
  },
  {
    broken: (host) => host.includes("/"),
    code: "notHost",
  },
  {
    broken: (host) => /[^\x20-\x7e]/.test(host),
    code: "nonAsciiHost",
  },
  {
    broken: (host) => host !== host.toLowerCase(),
    code: "upperCaseHost",
  },
];
export const checkHost = (where: string, host: string): Violation[] => violationsOf(where, host, hostRules);

const parse = (address: string) => (URL.canParse(address) ? new URL(address) : undefined);
/** As it was written: the parsed host would hide upper case and letters beyond ASCII. */
const hostOf = (address: string) => /^[a-z]+:\/\/(\[[^\]]*\]|[^/?#:]*)/i.exec(address)?.[1] ?? "";

const addressRules: Rule<string>[] = [
  {
    broken: (address) => parse(address) === undefined,
    code: "notAddress",
  },
  {
    broken: (address) => parse(address) !== undefined && !address.startsWith("https://"),
    code: "notHttps",
  },
];

const credentialRules: Rule<string>[] = [
  {
    broken: (address) => /^[a-z]+:\/*[^/?#]*@/i.test(address),
    code: "credentials",
  },
];

/** An address that people or Teams open: https, on a public host that is no tunnel. */
export function checkAddress(where: string, address: string): Violation[] {
  const credentials = violationsOf(where, address, credentialRules);
  if (credentials.length > 0) return credentials;
  const found = violationsOf(where, address, addressRules);
  return found.length > 0 ? found : checkHost(where, hostOf(address));
}

const baseUrlRules: Rule<string>[] = [
  {
    broken: (address) => address !== `https://${new URL(address).hostname}`,
    code: "moreThanHost",
  },
];

/** Where the service is. The host becomes part of the Application ID URI, so nothing but scheme and host may be there. */
export function checkBaseUrl(where: string, address: string): Violation[] {
  const found = checkAddress(where, address);
  return found.length > 0 ? found : violationsOf(where, address, baseUrlRules);
}

const guidRules: Rule<string>[] = [
  {
    broken: (id) => !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id),
    code: "notGuid",
  },
  {
    broken: (id) => /^[0-]+$/.test(id),
    code: "placeholderGuid",
  },
];
export const checkGuid = (where: string, id: string): Violation[] => violationsOf(where, id, guidRules);

const appVersionRules: Rule<string>[] = [
  {
    broken: (version) => !/^(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}$/.test(version),
    code: "notVersion",
  },
  {
    broken: (version) => /^0\./.test(version),
    code: "zeroVersion",
  },
];
export const checkAppVersion = (where: string, version: string): Violation[] =>
  violationsOf(where, version, appVersionRules);
